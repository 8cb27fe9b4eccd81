import { CsvError, parse, type Parser } from 'csv-parse';
import { refuseIntake } from './intake.errors.js';

export type Bytes = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** One record of a CSV file. `line` is the line, from 1, on which it begins. */
export interface CsvRecord {
  line: number;
  /** Bytes still: one character each, as in the encoding `latin1`. */
  cells: string[];
  /** A quotation mark closed a cell before the cell's end, so that where it ends is a guess. */
  misquoted: boolean;
}

/** Past this, a record is no record but a file whose quotation mark was never closed; it is held in memory. */
const RECORD_STOPS_THE_FILE = 1024 * 1024;

const UTF8_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** Cut small, so that no more than a piece's records are held at once, whatever the source hands over. */
const PIECE = 64 * 1024;

async function* inPieces(source: Bytes): AsyncGenerator<Buffer> {
  for await (const chunk of source) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    for (let at = 0; at < bytes.length; at += PIECE) yield bytes.subarray(at, at + PIECE);
  }
}

/** The parser would take a byte order mark off only if told that the file is UTF-8, which is not known yet. */
async function* withoutMark(source: Bytes): AsyncGenerator<Buffer> {
  let start: Buffer | undefined = Buffer.alloc(0);
  const opened = (bytes: Buffer): Buffer => (bytes.subarray(0, 3).equals(UTF8_MARK) ? bytes.subarray(3) : bytes);
  for await (const piece of inPieces(source)) {
    if (start === undefined) yield piece;
    else {
      start = Buffer.concat([start, piece]);
      if (start.length < UTF8_MARK.length) continue;
      yield opened(start);
      start = undefined;
    }
  }
  if (start !== undefined) yield opened(start);
}

const lineBreaks = (text: string): number => text.match(/\r\n|\r|\n/g)?.length ?? 0;

const endless = (line: number): Error =>
  refuseIntake.FILE_UNREADABLE(
    `The row that begins on line ${line} does not end within ${RECORD_STOPS_THE_FILE} bytes. ` +
      'A quotation mark in it may be open; close it.',
  );

/** Hands over to the parser, and answers with the error that stopped it. */
const feed = (parser: Parser, chunk?: Uint8Array): Promise<Error | null | undefined> =>
  new Promise((resolve) => {
    if (chunk) parser.write(chunk, resolve);
    else parser.end(resolve);
  });

/**
 * The records of a CSV file (RFC 4180, any line break, empty lines skipped), as they are read. A quotation mark
 * inside an unquoted cell is taken as it stands.
 * @throws Refusal FILE_UNREADABLE when a record does not end within 1 MiB, as when a quotation mark is never closed.
 * The records before it were handed out; those after it cannot be told apart.
 */
export async function* csvRecords(source: Bytes): AsyncGenerator<CsvRecord, void> {
  const parsed: { record: string[]; raw: string }[] = [];
  const parser = parse({
    // One character a byte: a cell that is not UTF-8 can be told from one that is. Asked for bytes themselves, the
    // parser (7.0) fails on every ragged record, whose error it cannot describe.
    encoding: 'latin1',
    raw: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: RECORD_STOPS_THE_FILE,
    // Kept here instead of in the stream, which throws away what it holds when it fails.
    on_record: (record: unknown) => {
      parsed.push(record as (typeof parsed)[number]);
      return null;
    },
  });
  parser.on('error', () => undefined).resume();
  let line = 1;
  const drain = function* (failure?: Error | null): Generator<CsvRecord, void> {
    for (const { record, raw } of parsed.splice(0)) {
      const skipped = /^[\r\n]*/.exec(raw)?.[0] ?? '';
      const first = line + lineBreaks(skipped);
      line += lineBreaks(raw);
      // A cell that rightly begins with a quotation mark was written with three.
      const misquoted = record.some((cell) => cell.startsWith('"')) && !raw.includes('"""');
      yield { line: first, cells: record, misquoted };
    }
    if (failure) throw failure instanceof CsvError ? endless(line) : failure;
  };
  // The parser counts the bytes of cells but not the commas between them, which cost more memory than letters.
  let unbroken = 0;
  for await (const piece of withoutMark(source)) {
    const lastBreak = Math.max(piece.lastIndexOf('\n'), piece.lastIndexOf('\r'));
    unbroken = lastBreak < 0 ? unbroken + piece.length : piece.length - lastBreak;
    yield* drain(await feed(parser, piece));
    if (unbroken > RECORD_STOPS_THE_FILE) throw endless(line);
  }
  yield* drain(await feed(parser));
}
