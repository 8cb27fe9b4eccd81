import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import pg from 'pg';
import { CaseDossierProjection } from '../../../src/modules/reporting/case-dossier.projection.js';
import { OfficerWorklistProjection } from '../../../src/modules/reporting/officer-worklist.projection.js';
import { PartyCaseHistoryProjection } from '../../../src/modules/reporting/party-case-history.projection.js';
import { PartyNamesProjection } from '../../../src/modules/reporting/party-names.projection.js';
import { Transaction } from '../../../src/platform/database/transaction.js';
import type { Envelope } from '../../../src/platform/messaging/envelope.js';
import { ProjectionTransaction } from '../../../src/platform/messaging/projection-transaction.js';
import { cloneDatabase, type TestDatabase } from '../../support/database.js';
import { envelopeOf } from '../../support/log.js';
import { interleavingOf } from './interleaving.js';
import { CaseStory, linked, PartyStory } from './samples.js';

const TABLES = [
  'case_dossier',
  'worklist_case',
  'history_case',
  'history_role',
  'current_party_name',
  'party_name_by_version',
];

describe('applying events to the tables', () => {
  let database: TestDatabase;
  let client: pg.PoolClient;
  let pool: pg.Pool;
  beforeAll(async () => {
    database = await cloneDatabase();
    pool = new pg.Pool({ connectionString: database.connections.get('reporting'), pipeline: true });
    client = await pool.connect();
  });
  afterAll(async () => {
    client.release();
    await pool.end();
    await database.drop();
  });

  const [brook, weir, mill, tannery] = [new CaseStory(), new CaseStory(), new PartyStory(), new PartyStory()];
  const lanes = [
    [mill.registered('Alder Mill Ltd'), mill.renamed('Alder Mills Ltd'), mill.mergedInto(tannery, 'Brook Tannery')],
    [tannery.registered('Brook Tannery Ltd', 'CONFIDENTIAL'), tannery.renamed('Brook Tannery plc', 'CONFIDENTIAL')],
    [
      brook.registered([{ party: mill, version: 1 }]),
      brook.partyAdded({ party: tannery, role: 'WITNESS', version: 2 }),
      brook.amended({ title: 'Odour and noise', team: null }),
      brook.partyRemoved({ party: mill, version: 1 }),
    ],
    [weir.registered([{ party: tannery, version: 1 }]), weir.amended({ classification: 'RESTRICTED' })],
    [linked(brook, weir)],
    [linked(brook, weir)],
  ].map((lane) => lane.map(envelopeOf));

  /** Applies batch by batch, and answers what is then in the tables. Nothing of it stays. */
  async function tablesAfter(
    events: readonly Envelope[],
    batch: number,
  ): Promise<{ tables: unknown[]; stale: number }> {
    const transaction = new ProjectionTransaction(new Transaction(client), new Date('2026-03-01T09:00:00Z'), 'a');
    await client.query('BEGIN');
    try {
      for (let at = 0; at < events.length; at += batch) {
        const part = events.slice(at, at + batch);
        const ofCases = part.filter(({ aggregateType }) => aggregateType === 'case_header');
        await new CaseDossierProjection().apply(part.filter(({ producer }) => producer === 'case-registry'), transaction); // prettier-ignore
        await new OfficerWorklistProjection().apply(ofCases, transaction);
        await new PartyCaseHistoryProjection().apply(ofCases, transaction);
        await new PartyNamesProjection().apply(
          part.filter(({ producer }) => producer === 'party'),
          transaction,
        );
      }
      const tables: unknown[] = [];
      for (const table of TABLES) tables.push((await client.query(`SELECT * FROM ${table} ORDER BY 1, 2, 3`)).rows);
      return { tables, stale: transaction.stale };
    } finally {
      await client.query('ROLLBACK');
    }
  }

  it('leads to the same rows whatever the order across aggregates and the batches', async () => {
    const wanted = await tablesAfter(lanes.flat(), 500);
    expect(wanted.tables.map((rows) => (rows as unknown[]).length)).toEqual([2, 2, 2, 3, 2, 4]);
    await fc.assert(
      fc.asyncProperty(interleavingOf(lanes), fc.integer({ min: 1, max: 15 }), async (events, batch) => {
        expect(await tablesAfter(events, batch)).toEqual(wanted);
      }),
      { numRuns: 40 },
    );
  });

  it('has no second effect when all of it comes again, and counts each stale touch of a row', async () => {
    const once = await tablesAfter(lanes.flat(), 500);
    const twice = await tablesAfter([...lanes.flat(), ...lanes.flat()], lanes.flat().length);
    expect(twice.tables).toEqual(once.tables);
    expect({ once: once.stale, twice: twice.stale }).toEqual({ once: 0, twice: 8 + 6 + (6 + 4) + 5 });
  });
});
