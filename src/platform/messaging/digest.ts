import { createHash } from 'node:crypto';

/** Tells whether two requests are the same one. */
export const digestOf = (kind: string, input: unknown): string =>
  createHash('sha256')
    .update(`${kind}\n${JSON.stringify(input)}`)
    .digest('base64url');
