import { types } from 'node:util';
import { parseDictionary, serializeDictionary, type Dictionary } from 'structured-headers';
import { invalid } from '../../../platform/base/refusal.js';

const SHA_256_BYTES = 32;

/**
 * The SHA-256, in lower-case hexadecimal, that a `Content-Digest` header (RFC 9530) says the content has.
 * @throws VALIDATION_FAILED when it names none: a digest that is not checked would be worse than none
 */
export function digestSaid(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const [digest] = dictionaryOf(header)?.get('sha-256') ?? [];
  if (!types.isArrayBuffer(digest) || digest.byteLength !== SHA_256_BYTES)
    throw invalid({ name: 'Content-Digest', code: 'FORMAT', reason: 'Send sha-256=:<base64>: (RFC 9530).' });
  return Buffer.from(digest).toString('hex');
}

/** The header that says so of what is sent: `Content-Digest` or `Repr-Digest`. */
export const digestHeader = (sha256: string): string =>
  serializeDictionary({ 'sha-256': [Buffer.from(sha256, 'hex'), new Map()] });

function dictionaryOf(header: string): Dictionary | undefined {
  try {
    return parseDictionary(header);
  } catch {
    return undefined;
  }
}
