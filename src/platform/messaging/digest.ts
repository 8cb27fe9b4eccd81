import { hash } from 'node:crypto';
import type { Call } from '../base/context.js';

/** Tells whether two requests are the same one. */
export const digestOf = (kind: string, input: unknown): string =>
  hash('sha256', `${kind}\n${JSON.stringify(input)}`, 'base64url');

/**
 * Makes a content that only came in while the command ran a part of what a repeat must match. Once a call.
 * @param digest of the content
 */
export function coverContent(call: Call, digest: string): void {
  if (!call.idempotency) return;
  const { key, digest: before } = call.idempotency;
  call.idempotency = { key, digest: digestOf(before, digest) };
}
