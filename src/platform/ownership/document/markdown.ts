/** A table whose columns are padded, as Prettier would have it: generated documents pass the same check as others. */
export const table = (heads: readonly string[], rows: readonly (readonly string[])[]): string => {
  const cells = [heads, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')));
  const widths = heads.map((_head, column) => Math.max(3, ...cells.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - cell.length)).join(' | ')} |`;
  const [head = [], ...body] = cells;
  return [line(head), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...body.map(line)].join('\n');
};

export const code = (text: string): string => `\`${text}\``;

/** Names as code, with commas between them; a dash for none. */
export const names = (list: readonly string[]): string => list.map(code).join(', ') || '–';

export const words = (list: readonly string[]): string => list.join(', ') || '–';
