/** Both included. */
export interface ByteRange {
  first: number;
  last: number;
}

/**
 * The one range of bytes that a `Range` header (RFC 9110) asks for. `WHOLE` without a range, and for what a server may
 * pass over: other units, several ranges, a header that is malformed.
 * @param size of the content, at least 1
 */
export function rangeOf(header: string | undefined, size: number): ByteRange | 'WHOLE' | 'UNSATISFIABLE' {
  const [, from = '', to = ''] = /^bytes=\s*(\d{0,15})-(\d{0,15})\s*$/i.exec(header?.trim() ?? '') ?? [];
  if (from === '' && to === '') return 'WHOLE';
  if (from === '') {
    const length = Number(to);
    return length === 0 ? 'UNSATISFIABLE' : { first: Math.max(0, size - length), last: size - 1 };
  }
  const first = Number(from);
  const last = to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (to !== '' && Number(to) < first) return 'WHOLE';
  return first >= size ? 'UNSATISFIABLE' : { first, last };
}
