import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CELL_LIMIT, readRows, type Row } from '../../../src/modules/intake/read-rows.js';

const sample = new URL('../../support/samples/enforcement-actions.csv', import.meta.url);

/** Bytes in pieces of `size`, as a network would cut them. */
const inPieces = function* (content: string | Buffer, size = 7): Generator<Buffer> {
  const bytes = Buffer.from(content);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
};

const all = async (content: string | Buffer, size?: number): Promise<{ header: string[]; rows: Row[] }> => {
  const { header, rows } = await readRows(inPieces(content, size));
  const read: Row[] = [];
  for await (const row of rows) read.push(row);
  return { header, rows: read };
};

const codes = (row?: Row): string[] => (row && 'refused' in row ? row.refused.map(({ code }) => code) : []);
const cells = (row?: Row): string[] => (row && 'fields' in row ? Object.values(row.fields) : []);

describe('A CSV file', () => {
  it('gives its header and numbers its data rows from 1, with the line on which each begins', async () => {
    const { header, rows } = await all('name,note\nTarn,a\nFenwick,"b\nc"\nLark,d\n');
    expect(header).toEqual(['name', 'note']);
    expect(rows).toEqual([
      { rowNumber: 1, line: 2, fields: { name: 'Tarn', note: 'a' } },
      { rowNumber: 2, line: 3, fields: { name: 'Fenwick', note: 'b\nc' } },
      { rowNumber: 3, line: 5, fields: { name: 'Lark', note: 'd' } },
    ]);
  });

  it.each([1, 2, 3, 5, 4096])('reads the same when it arrives in pieces of %d bytes', async (size) => {
    const { rows } = await all('\ufeffname,note\r\n"Tärn, ""T""","x\r\ny"\r\n\r\nLark,\r\n', size);
    expect(rows).toEqual([
      { rowNumber: 1, line: 2, fields: { name: 'Tärn, "T"', note: 'x\r\ny' } },
      { rowNumber: 2, line: 5, fields: { name: 'Lark', note: '' } },
    ]);
  });

  it('may mix the line breaks of several systems and end without one', async () => {
    const { rows } = await all('name\r\nTarn\nFenwick\rLark');
    expect(rows.map(cells)).toEqual([['Tarn'], ['Fenwick'], ['Lark']]);
    expect(rows.map(({ line }) => line)).toEqual([2, 3, 4]);
  });

  it('may hold a header and nothing more', async () => {
    expect(await all('name,note\n')).toEqual({ header: ['name', 'note'], rows: [] });
  });

  it('keeps a quotation mark inside an unquoted cell', async () => {
    const { rows } = await all('name,note\nTarn,5" pipe\n');
    expect(cells(rows[0])).toEqual(['Tarn', '5" pipe']);
  });

  it('comes back as it was written, whatever its cells hold', async () => {
    const cell = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0'));
    const table = fc.array(fc.tuple(cell, cell), { maxLength: 5 });
    const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
    await fc.assert(
      fc.asyncProperty(
        table,
        fc.constantFrom('\n', '\r\n'),
        fc.integer({ min: 1, max: 9 }),
        async (rows, end, size) => {
          const text = [['one', 'two'], ...rows].map((row) => row.map(quoted).join(',') + end).join('');
          expect((await all(text, size)).rows.map(cells)).toEqual(rows);
        },
      ),
    );
  });

  it('is read from the sample with its quoted commas, its narrative of three lines and its umlauts', async () => {
    const rows: Row[] = [];
    for await (const row of (await readRows(createReadStream(sample))).rows) rows.push(row);
    expect(rows.map(({ rowNumber }) => rowNumber)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(rows.flatMap(codes)).toEqual([]);
    expect(cells(rows[4])).toContain('Brambledown & Tarn Oil Co., Inc.');
    expect(rows[5]?.line).toBe(9);
    expect(cells(rows[9])).toContain('Café Zürichberg Dry Cleaners Ltd.');
  });
});

describe('A row is refused, and those after it are read, when', () => {
  it.each([
    ['it has a cell too few', 'Tarn', 'RAGGED'],
    ['it has a cell too many', 'Tarn,a,b', 'RAGGED'],
    ['a quotation mark closes a cell before its end', '"Tarn" Oil,a', 'MISQUOTED'],
    ['a cell is too long', `Tarn,${'x'.repeat(CELL_LIMIT + 1)}`, 'TOO_LONG'],
    ['it holds the character NUL', 'Tarn,a\0b', 'NUL'],
  ])('%s', async (_, row, code) => {
    const { rows } = await all(`name,note\n${row}\nLark,d\n`, 4096);
    expect(rows.map(codes)).toEqual([[code], []]);
    expect(cells(rows[1])).toEqual(['Lark', 'd']);
  });

  it('it is not UTF-8, and says in which column', async () => {
    const { rows } = await all(Buffer.from('name,note\nZ\u00fcrich,d\nLark,d\n', 'latin1'));
    expect(rows[0]).toMatchObject({ rowNumber: 1, refused: [{ name: 'name', code: 'NOT_UTF8' }] });
    expect(cells(rows[1])).toEqual(['Lark', 'd']);
  });

  it('but a cell of just the allowed length is read', async () => {
    const { rows } = await all(`name,note\nTarn,${'x'.repeat(CELL_LIMIT)}\n`, 4096);
    expect(rows.map(codes)).toEqual([[]]);
  });
});

describe('A whole file is refused when', () => {
  it.each([
    ['it is empty', '', 'FILE_EMPTY'],
    ['it holds only a byte order mark', '\ufeff', 'FILE_EMPTY'],
    ['it holds only empty lines', '\n\r\n\n', 'FILE_EMPTY'],
    ['it is UTF-16', Buffer.from('\ufeffname,note\n', 'utf16le'), 'FILE_UNREADABLE'],
    ['its header is not UTF-8', Buffer.from('n\u00e4me,note\n', 'latin1'), 'FILE_UNREADABLE'],
    ['its columns are parted by semicolons', 'name;note\nTarn;a\n', 'HEADER_INVALID'],
    ['a column has no name', 'name,,note\n', 'HEADER_INVALID'],
    ['two columns have one name', 'name,note,name\n', 'HEADER_INVALID'],
  ])('%s', async (_, content, errorCode) => {
    await expect(all(content)).rejects.toMatchObject({ errorCode });
  });

  it('its header repeats a cell, without repeating it in the error, since it may be somebody’s data', async () => {
    await expect(all('Tarn,Tarn\n')).rejects.toThrow('Columns 1 and 2 have the same name.');
  });

  it.each([
    ['the file does, for an open quotation mark', '"never closed'],
    ['a mebibyte of text in quotation marks', `"${'x\n'.repeat(600_000)}`],
    ['a mebibyte of commas', ','.repeat(2_000_000)],
  ])('a row does not end before %s, after the rows before it were handed out', async (_, rest) => {
    const { rows } = await readRows(inPieces(`name,note\nTarn,a\nLark,${rest}`, 65_536));
    const read: Row[] = [];
    const reading = async (): Promise<void> => {
      for await (const row of rows) read.push(row);
    };
    await expect(reading()).rejects.toThrow('begins on line 3');
    expect(read.map(cells)).toEqual([['Tarn', 'a']]);
  });
});

describe('The source of a file', () => {
  const source = (content: string): Readable => Readable.from(inPieces(content), { objectMode: false });

  /** Ends when the stream does; a stream that is kept runs into the test's time limit. */
  const gone = async (stream: Readable): Promise<void> => {
    if (!stream.closed) await new Promise((resolve) => stream.once('close', resolve));
    expect(stream.readableEnded).toBe(false);
  };

  it('is let go when the header is refused', async () => {
    const stream = source('name,name\n' + 'Tarn,a\n'.repeat(50_000));
    await expect(readRows(stream)).rejects.toThrow();
    await gone(stream);
  });

  it('is let go when the file is closed before its rows are read', async () => {
    const stream = source('name,note\n' + 'Tarn,a\n'.repeat(50_000));
    await (await readRows(stream)).close();
    await gone(stream);
  });

  it('passes its own failure on', async () => {
    const failing = (function* () {
      yield Buffer.from('name,note\nTarn,a\n');
      throw new Error('the connection broke');
    })();
    const reading = async (): Promise<void> => {
      for await (const row of (await readRows(failing)).rows) expect(codes(row)).toEqual([]);
    };
    await expect(reading()).rejects.toThrow('the connection broke');
  });
});
