import canonicalize from 'canonicalize';

/**
 * A JSON value as RFC 8785 (JSON Canonicalization Scheme) writes it. Two values that PostgreSQL's `jsonb` takes for equal
 * give the same text, whatever the order in which their members were written.
 * @throws Error for what is no JSON value
 */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new Error('There is no JSON text for this value.');
  return text;
}
