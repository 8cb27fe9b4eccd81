/** Both included. */
export interface ByteRange {
  first: number;
  last: number;
}

/**
 * The one range of bytes that a `Range` header (RFC 9110) asks for. `WHOLE` without a range, and for what a server may
 * pass over: other units, several ranges, a header that is malformed.
 *
 * The package range-parser does not do it: 1.3 takes more last bytes than there are, and `5-2`, for unsatisfiable, where
 * RFC 9110 (14.1.2) sends everything, and lets `5-2` be passed over (14.2). 2.0 needs Node 22.
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
