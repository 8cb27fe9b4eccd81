import { createHash } from 'node:crypto';
import type { Mapping } from './mapping-format.js';

export type Fields = Readonly<Record<string, string>>;

/**
 * A cell's text as it is compared and kept: trimmed, with one kind of line break and one form of each accented
 * letter, so that a file saved again by a spreadsheet still says the same.
 */
export const cell = (fields: Fields, column: string): string =>
  (fields[column] ?? '').normalize('NFC').replace(/\r\n?/g, '\n').trim();

/**
 * The external reference of a row. Equal for the same row whenever it comes again, whatever the order of its
 * columns. With `key` it is the mapping's name and the key's values, because two sources may number alike; without,
 * `sha256:` and the digest of all columns.
 */
export const rowReference = (mapping: Mapping, fields: Fields): string => {
  if (mapping.key) {
    const values = mapping.key.map((column) => cell(fields, column).replace(/[\\/]/g, '\\$&'));
    return `${mapping.name}:${values.join('/')}`;
  }
  const canonical = JSON.stringify([...mapping.columns].sort().map((column) => [column, cell(fields, column)]));
  return `sha256:${createHash('sha256').update(canonical).digest('hex')}`;
};
