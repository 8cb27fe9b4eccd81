import { hash } from 'node:crypto';

/** Tells whether two requests are the same one. */
export const digestOf = (kind: string, input: unknown): string =>
  hash('sha256', `${kind}\n${JSON.stringify(input)}`, 'base64url');
