import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { startApplication, type TestApplication } from '../support/application.js';
import { cloneDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';

describe('a projection whose declared version is another than that of its rows', () => {
  let database: TestDatabase;
  let admin: pg.Client;
  const running: TestApplication[] = [];
  beforeAll(async () => {
    database = await cloneDatabase();
    admin = new pg.Client({ connectionString: database.url });
    await admin.connect();
  });
  afterAll(async () => {
    await Promise.all(running.map((remit) => remit.stop()));
    await admin.end();
    await database.drop();
  });

  const sql = async <Row extends pg.QueryResultRow>(text: string): Promise<Row[]> =>
    (await admin.query<Row>(text)).rows;
  const jobs = (): Promise<{ status: string; reason: string }[]> =>
    sql(`SELECT status, reason FROM reporting.job WHERE name = 'rebuild-projection'`);
  const start = async (alone: boolean): Promise<TestApplication> => {
    const remit = await startApplication({ database, alone });
    running.push(remit);
    return remit;
  };
  const title = async (): Promise<string> => {
    const [dossier] = await sql<{ title: string }>('SELECT title FROM reporting.case_dossier');
    return dossier?.title ?? '';
  };

  it('takes the declared one where nothing was read yet, and is rebuilt once, however many processes start, where it was', async () => {
    const first = await start(true);
    const [slot] = await sql<{ version: number }>(`SELECT version FROM reporting.projection_slot WHERE projection = 'case-dossier'`); // prettier-ignore
    expect(slot?.version).toBeGreaterThan(1);
    expect(await jobs()).toEqual([]);
    const ines = first.as('intake_ines');
    const party = await ines.post<{ partyId: string }>('/parties', {
      kind: 'ORGANISATION',
      legalName: 'Alder Mill Ltd',
    });
    const parties = [{ partyId: party.body.partyId, role: 'SUBJECT' }];
    await ines.post('/cases', { caseTypeCode: 'ENV', title: 'Odour', parties });
    await eventually(title, (found) => found === 'Odour');
    await first.stop();
    running.length = 0;

    await sql(`UPDATE reporting.projection_slot SET version = 1 WHERE projection = 'case-dossier';
      UPDATE reporting.case_dossier_a SET title = 'of version 1'`);
    const replicas = await Promise.all([start(false), start(false)]);
    await eventually(title, (found) => found === 'Odour');
    await eventually(jobs, ([job]) => job?.status === 'COMPLETED');
    expect(await jobs()).toEqual([{ status: 'COMPLETED', reason: expect.stringContaining('version') }]);
    expect(await sql(`SELECT FROM reporting.projection_slot WHERE projection = 'case-dossier' AND version = ${slot?.version}`)).toHaveLength(1); // prettier-ignore
    expect(replicas).toHaveLength(2);
  });
});
