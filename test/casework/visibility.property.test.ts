import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import pg from 'pg';
import { mayRead, readableRows, valuesOf, type Guarded, type Reader } from '../../src/casework/visibility.js';
import { CLASSIFICATIONS, clearedFor } from '../../src/platform/base/context.js';
import { serverUrl } from '../support/database.js';

const TEAMS = ['central', 'legal', ''];
const reader: fc.Arbitrary<Reader> = fc.record({
  cleared: fc.constantFrom(...CLASSIFICATIONS).map(clearedFor),
  supervisor: fc.boolean(),
  team: fc.option(fc.constantFrom(...TEAMS)),
});
const guarded: fc.Arbitrary<Guarded> = fc.record({
  classification: fc.option(fc.constantFrom(...CLASSIFICATIONS)),
  restrictedToTeam: fc.option(fc.boolean()),
  team: fc.option(fc.constantFrom(...TEAMS)),
});

describe('who may see a case', () => {
  let client: pg.Client;
  beforeAll(async () => {
    client = new pg.Client({ connectionString: serverUrl() });
    await client.connect();
  });
  afterAll(() => client.end());

  /** Which of these rows PostgreSQL shows to the reader. */
  async function shown(to: Reader, rows: readonly Guarded[]): Promise<number[]> {
    const found = await client.query<{ place: number }>(
      `SELECT c.place::int FROM jsonb_to_recordset($1::jsonb)
         AS c (place int, classification text, restricted_to_team boolean, team text)
       WHERE ${readableRows('c', 2)} ORDER BY c.place`,
      [
        JSON.stringify(rows.map((row, place) => ({ ...row, place, restricted_to_team: row.restrictedToTeam }))),
        ...valuesOf(to),
      ],
    );
    return found.rows.map(({ place }) => place);
  }

  it('is decided alike in code and in SQL, for every reader and for cases of which not all is known', async () => {
    await fc.assert(
      fc.asyncProperty(reader, fc.array(guarded, { minLength: 1, maxLength: 20 }), async (to, rows) => {
        const inCode = rows.flatMap((row, place) => (mayRead(to, row) ? [place] : []));
        expect(await shown(to, rows)).toEqual(inCode);
      }),
      { numRuns: 300 },
    );
  });

  it('is nobody of another team, unless they are a supervisor', async () => {
    const row: Guarded = { classification: 'INTERNAL', restrictedToTeam: true, team: 'legal' };
    const of = (team: string | null, supervisor = false): Reader => ({ cleared: ['INTERNAL'], supervisor, team });
    expect([of('central'), of(null), of('legal'), of('central', true)].map((to) => mayRead(to, row))).toEqual([
      false,
      false,
      true,
      true,
    ]);
    expect(await shown(of('central'), [row])).toEqual([]);
  });

  it('is nobody who is cleared for less than the case, not even a supervisor of its team', async () => {
    const row: Guarded = { classification: 'RESTRICTED', restrictedToTeam: true, team: 'legal' };
    const to: Reader = { cleared: clearedFor('CONFIDENTIAL'), supervisor: true, team: 'legal' };
    expect(mayRead(to, row)).toBe(false);
    expect(await shown(to, [row])).toEqual([]);
  });
});
