import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mostConnections, poolSizeFor } from '../../src/platform/database/pool-size.js';
import { declarations } from '../../src/platform/start.js';
import { startApplication, type TestApplication } from '../support/application.js';
import { asServerAdministrator } from '../support/database.js';
import { eventually } from '../support/eventually.js';

const POOL_SIZE = 3;

describe('connections to the database', () => {
  it.each([
    ['two replicas on a server as it comes', 97, 7, false, 6],
    ['one process alone on a server as it comes', 97, 7, true, 8],
    ['many modules on a server as it comes', 97, 16, false, 2],
    ['many modules on a large server', 497, 16, false, 8],
    ['a server that is far too small', 10, 7, false, 2],
  ])('of each module are as many as fit: %s', (_, connections, pools, alone, size) => {
    expect(poolSizeFor(connections, pools, alone)).toBe(size);
  });

  it('of two replicas fit a server as it comes, whatever its modules', () => {
    for (let pools = 2; pools <= 16; pools += 1)
      expect(2 * mostConnections(poolSizeFor(97, pools, false), pools) + 2).toBeLessThanOrEqual(97);
  });
});

describe('an application under load', () => {
  const most = mostConnections(POOL_SIZE, declarations().length);
  let remit: TestApplication;
  let partyId: string;
  beforeAll(async () => {
    remit = await startApplication({ configuration: { databasePoolSize: POOL_SIZE }, alone: false });
    const party = { kind: 'ORGANISATION', legalName: 'Weir Paper Ltd' };
    partyId = (await remit.as('intake_ines').post<{ partyId: string }>('/parties', party)).body.partyId;
  });
  afterAll(() => remit.stop());

  const ours = `FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'remit %'`;
  const ask = (text: string): Promise<number> =>
    asServerAdministrator(
      async (admin) => Number((await admin.query<{ n: string }>(text)).rows[0]?.n),
      remit.database.url,
    );

  /** Every module at once, several times as many as there are connections. @returns the most connections seen */
  async function load(): Promise<number> {
    const ines = remit.as('intake_ines');
    const registration = { caseTypeCode: 'WAT', parties: [{ partyId, role: 'SUBJECT' }] };
    const requests = Array.from({ length: 12 }, () => [
      ines.post('/cases', registration),
      ines.get('/worklist'),
      ines.get(`/parties/${partyId}`),
      remit.as('auditor_aude').get('/audit/records'),
      remit.as('operator_otto').get('/operations/consumers'),
      fetch(`${remit.baseUrl}/readyz`),
    ]).flat();
    let seen = 0;
    const state = { done: false };
    const watching = asServerAdministrator(async (admin) => {
      while (!state.done) {
        const { rows } = await admin.query<{ n: number }>(`SELECT count(*)::int AS n, pg_sleep(0.01) AS pause ${ours}`);
        seen = Math.max(seen, rows[0]?.n ?? 0);
      }
    }, remit.database.url);
    await Promise.allSettled(requests);
    state.done = true;
    await watching;
    return seen;
  }

  it('opens as many as it says, and no more', async () => {
    const seen = await load();
    expect(seen).toBeLessThanOrEqual(most);
    // Else the load was none, and the test could not fail.
    expect(seen).toBeGreaterThan(most / 2);
  });

  it('loses none of them to faults, and leaves no transaction open', async () => {
    for (let fault = 0; fault < 2; fault += 1) {
      const loaded = load();
      await ask(`SELECT count(pg_terminate_backend(pid)) AS n ${ours} AND pid <> pg_backend_pid()`);
      expect(await loaded).toBeLessThanOrEqual(most);
    }
    expect((await remit.as('intake_ines').get('/worklist')).status).toBe(200);
    await eventually(
      () => ask(`SELECT count(*) AS n ${ours} AND state LIKE 'idle in transaction%'`),
      (count) => count === 0,
    );
    const seen = await load();
    expect(seen).toBeGreaterThan(most / 2);
    expect(seen).toBeLessThanOrEqual(most);
  });
});
