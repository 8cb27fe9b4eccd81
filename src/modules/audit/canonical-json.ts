/**
 * A JSON value as RFC 8785 (JSON Canonicalization Scheme) writes it: no spaces, members in the order of the UTF-16
 * code units of their names, numbers and strings as ECMAScript writes them. Two values that PostgreSQL's `jsonb`
 * takes for equal give the same text, whatever the order in which their members were written.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  // Text is joined, not an object filled in order: in one, names that are numbers always come first.
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`).join(',')}}`;
}
