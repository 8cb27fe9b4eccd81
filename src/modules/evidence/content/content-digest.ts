import { invalid } from '../../../platform/base/refusal.js';

const SHA_256 = /(?:^|,)\s*sha-256\s*=\s*:([A-Za-z0-9+/]{43}=):\s*(?=,|;|$)/;

/**
 * The SHA-256, in lower-case hexadecimal, that a `Content-Digest` header (RFC 9530) says the content has.
 * @throws VALIDATION_FAILED when it names none: a digest that is not checked would be worse than none
 */
export function digestSaid(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const base64 = SHA_256.exec(header)?.[1];
  if (base64 === undefined)
    throw invalid({ name: 'Content-Digest', code: 'FORMAT', reason: 'Send sha-256=:<base64>: (RFC 9530).' });
  return Buffer.from(base64, 'base64').toString('hex');
}

export const digestHeader = (sha256: string): string => `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`;
