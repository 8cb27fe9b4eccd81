import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { InvalidParam } from '../../platform/base/refusal.js';
import { checkCommands, type RowCommands } from './check-commands.js';
import { refuseIntake } from './intake.errors.js';
import { mapRow, type MappedRow, type RefusedRow } from './map-row.js';
import { loadMapping, loadMappings, mappingFor, type Mapping } from './mapping.js';
import { readRows, type Row } from './read-rows.js';
import { OutOfTime, withinTime } from './within-time.js';

/** What a row tells the owners, or why it is refused. */
type Plan = { reference: string; partyReference: string; commands: RowCommands } | { refused: InvalidParam[] };

export type PlannedRow = { rowNumber: number; line: number } & Plan;

export interface PlannedImport {
  /** The mapping's name. */
  mapping: string;
  rows: PlannedRow[];
}

/** How to read a file: by the shipped mapping that is named, by one given as text, or by what the header says. */
export interface Reading {
  mappingName?: string | undefined;
  mappingText?: string | undefined;
  /** As YYYY-MM-DD; a later date in a row is refused. */
  today: string;
}

/** A plan is held in memory. A file of the largest size has a third of this, when its rows have a narrative. */
const MOST_ROWS = 100_000;
const ROWS_AT_A_TIME = 200;
const MILLISECONDS_FOR_THEM = 2_000;
/** In characters. An index takes no long entries, and a long key serves as well by its digest. */
const LONGEST_REFERENCE = 200;

/**
 * Reads a file to its end and says of every row what it becomes. Changes nothing.
 * @throws Refusal as `readRows`, `mappingFor` and `loadMapping` do; TOO_MANY_ROWS; MAPPING_INVALID when the mapping's
 * regular expressions take too long
 */
export const planImport = async (file: Uint8Array, reading: Reading): Promise<PlannedImport> => {
  const mappings = reading.mappingText === undefined ? await loadMappings() : [loadMapping(reading.mappingText)];
  const csv = await readRows([file]);
  try {
    const mapping = mappingFor(csv.header, mappings, reading.mappingName);
    const planned: PlannedRow[] = [];
    for await (const some of together(csv.rows)) {
      planned.push(...planRows(some, mapping, reading.today));
      if (planned.length > MOST_ROWS)
        throw refuseIntake.TOO_MANY_ROWS(`Import at most ${MOST_ROWS} rows at once; split the file.`);
      // A large file takes seconds; requests of others are answered in between.
      await setImmediate();
    }
    return { mapping: mapping.name, rows: planned };
  } finally {
    await csv.close();
  }
};

async function* together(rows: AsyncIterable<Row>): AsyncGenerator<Row[]> {
  let some: Row[] = [];
  for await (const row of rows) {
    if (some.push(row) < ROWS_AT_A_TIME) continue;
    yield some;
    some = [];
  }
  if (some.length > 0) yield some;
}

const planRows = (rows: readonly Row[], mapping: Mapping, today: string): PlannedRow[] => {
  const mapped = mapTogether(rows, mapping, today);
  const plans = mapped.map((each) => ('refused' in each ? each : planOf(mapping, each)));
  return rows.map(({ rowNumber, line }, index) => ({ rowNumber, line, ...(plans[index] ?? { refused: [] }) }));
};

const mapTogether = (rows: readonly Row[], mapping: Mapping, today: string): (MappedRow | RefusedRow)[] => {
  try {
    return withinTime(MILLISECONDS_FOR_THEM, () =>
      rows.map((row) => ('refused' in row ? { refused: row.refused } : mapRow(mapping, row.fields, today))),
    );
  } catch (error) {
    if (!(error instanceof OutOfTime)) throw error;
    const problems = ['the rules: a regular expression takes too long; repeat nothing that is repeated.'];
    throw refuseIntake.MAPPING_INVALID(problems[0], { problems });
  }
};

const planOf = (mapping: Mapping, { reference, partyKey, party, case: header, allegation }: MappedRow): Plan => {
  const commands = { party, case: header, ...(allegation && { allegation }) };
  const refused = checkCommands(mapping, commands);
  if (refused.length > 0) return { refused };
  return {
    reference: reference.length > LONGEST_REFERENCE ? digest(reference) : reference,
    // The key is a name, which need not be kept a second time to be found again.
    partyReference: digest(partyKey),
    commands,
  };
};

const digest = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;
