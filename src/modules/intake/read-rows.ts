import { isUtf8 } from 'node:buffer';
import type { InvalidParam } from '../../platform/base/refusal.js';
import { type Bytes, type CsvRecord, csvRecords } from './csv-records.js';
import { refuseIntake } from './intake.errors.js';
import type { Fields } from './row-reference.js';

/** The largest cell of a row that is accepted, in bytes. */
export const CELL_LIMIT = 64 * 1024;

/** One data row: its number from 1, the line of the file on which it begins, and its fields or why it is refused. */
export type Row = { rowNumber: number; line: number } & ({ fields: Fields } | { refused: InvalidParam[] });

export interface CsvFile {
  header: string[];
  /** To be read once. Throws what `csvRecords` throws. */
  rows: AsyncIterable<Row>;
  /** Lets go of the source when the rows are not read to their end. */
  close(): Promise<void>;
}

/**
 * Opens a CSV file, reading no further than its header.
 * @throws Refusal FILE_EMPTY, FILE_UNREADABLE or HEADER_INVALID.
 */
export const readRows = async (source: Bytes): Promise<CsvFile> => {
  const records = csvRecords(source);
  const close = async (): Promise<void> => {
    await records.return();
  };
  try {
    const first = await records.next();
    if (first.done) throw refuseIntake.FILE_EMPTY('Its first row must name the columns.');
    const header = headerOf(first.value);
    return { header, rows: rowsOf(header, records), close };
  } catch (error) {
    await close();
    throw error;
  }
};

const bytes = (cell: string): Buffer => Buffer.from(cell, 'latin1');

/** Columns are known by position: a file without a header begins with data, which an error must not repeat. */
const headerOf = (record: CsvRecord): string[] => {
  const cells = record.cells.map(bytes);
  if (!cells.every((cell) => isUtf8(cell))) throw refuseIntake.FILE_UNREADABLE('It is not UTF-8. Save it as UTF-8.');
  const header = cells.map((cell) => cell.toString().normalize('NFC').trim());
  if (header.length === 1 && /[;\t]/.test(header[0] ?? '')) {
    throw refuseIntake.HEADER_INVALID('Its columns are not separated by commas. Save it with commas between them.');
  }
  const wrong = header.flatMap((name, index) => {
    if (name === '') return [`Column ${index + 1} has no name.`];
    const earlier = header.indexOf(name);
    return earlier < index ? [`Columns ${earlier + 1} and ${index + 1} have the same name.`] : [];
  });
  if (wrong.length > 0) throw refuseIntake.HEADER_INVALID(wrong.join(' '));
  return header;
};

async function* rowsOf(header: readonly string[], records: AsyncIterable<CsvRecord>): AsyncGenerator<Row> {
  let rowNumber = 0;
  for await (const record of records) {
    rowNumber += 1;
    const refused = [...whyNot(header, record)];
    const fields = (): Fields =>
      Object.fromEntries(header.map((name, index) => [name, bytes(record.cells[index] ?? '').toString()]));
    yield { rowNumber, line: record.line, ...(refused.length > 0 ? { refused } : { fields: fields() }) };
  }
}

function* whyNot(header: readonly string[], { cells, misquoted }: CsvRecord): Generator<InvalidParam> {
  if (misquoted) {
    const reason = 'A quotation mark closes a cell before its end. Write a mark inside a quoted cell twice.';
    yield { name: 'row', code: 'MISQUOTED', reason };
  }
  if (cells.length !== header.length) {
    const reason = `It has ${cells.length} cells and the header ${header.length}. Quote cells that hold a comma.`;
    yield { name: 'row', code: 'RAGGED', reason };
    return;
  }
  for (const [index, cell] of cells.map(bytes).entries()) {
    const name = header[index] ?? '';
    if (cell.length > CELL_LIMIT) yield { name, code: 'TOO_LONG', reason: `Write at most ${CELL_LIMIT} bytes.` };
    else if (!isUtf8(cell)) yield { name, code: 'NOT_UTF8', reason: 'Save the file as UTF-8.' };
    else if (cell.includes(0)) yield { name, code: 'NUL', reason: 'Remove the character NUL, which cannot be kept.' };
  }
}
