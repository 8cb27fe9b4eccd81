import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { asServerAdministrator, cloneDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { RemitProcess } from '../support/process.js';

const PARTY = { kind: 'ORGANISATION', legalName: 'Weir Paper Ltd' };
const FIVE_MINUTES = '300';

describe('a second signal', () => {
  let database: TestDatabase;
  let remit: RemitProcess;
  const start = (environment: Record<string, string> = {}): Promise<RemitProcess> =>
    RemitProcess.start('', { DATABASE_URL: database.url, REMIT_DEV: '1', LOG_LEVEL: 'info', ...environment });
  beforeEach(async () => {
    database = await cloneDatabase();
  });
  afterEach(async () => {
    await remit.stop();
    await database.drop();
  });

  it('ends a stop that still drains, and answers everybody until then', async () => {
    remit = await start({ REMIT_DRAIN_SECONDS: FIVE_MINUTES });
    const ines = remit.as('intake_ines');
    void remit.stop();
    await eventually(() => fetch(`${remit.baseUrl}/readyz`).then(({ status }) => status), (status) => status === 503); // prettier-ignore
    expect((await ines.post('/parties', PARTY)).status).toBe(201);
    await remit.stop();
    await expect(fetch(`${remit.baseUrl}/healthz`)).rejects.toThrow('fetch failed');
  });

  it('gives up a command under way, whose repeat is told what came of it', async () => {
    remit = await start();
    const key = { 'idempotency-key': randomUUID() };
    await remit.as('intake_ines').get('/parties');
    await asServerAdministrator(async (admin) => {
      await admin.query('BEGIN; LOCK TABLE party.party IN ACCESS EXCLUSIVE MODE');
      const command = remit.as('intake_ines').post('/parties', PARTY, key);
      const refused = expect(command).rejects.toThrow('fetch failed');
      const waiting = "SELECT FROM pg_locks WHERE NOT granted AND relation = 'party.party'::regclass";
      await eventually(async () => (await admin.query(waiting)).rowCount, (count) => count === 1); // prettier-ignore
      void remit.stop();
      await eventually(() => fetch(`${remit.baseUrl}/healthz`).then(() => 'open', () => 'closed'), (port) => port === 'closed'); // prettier-ignore
      expect(await remit.stop()).toBe(1);
      await refused;
      await admin.query('COMMIT');
    }, database.url);
    remit = await start();
    const again = await remit.as('intake_ines').post<{ partyId: string }>('/parties', PARTY, key);
    expect(again.status).toBe(201);
    const { body } = await remit.as('intake_ines').get<{ data: { partyId: string }[] }>('/parties');
    expect(body.data.map(({ partyId }) => partyId)).toEqual([again.body.partyId]);
  });
});
