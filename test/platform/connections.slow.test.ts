import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fewest, fitting, ServerBudgets, serverOf } from '../../src/platform/database/server-budgets.js';
import { declarations } from '../../src/platform/start.js';
import { startApplication, type TestApplication } from '../support/application.js';
import { asServerAdministrator, serverUrl } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { actionsFile, importFile } from '../support/imports.js';
import { investigated } from '../support/investigated.js';

const SERVER_AS_IT_COMES = 97;

describe('connections to the database', () => {
  it.each([
    ['two replicas on a server as it comes', { has: 97, pools: 11, alone: false }, 46],
    ['one process alone on a server as it comes', { has: 97, pools: 11, alone: true }, 89],
    ['seventeen modules and the log on a server as it comes', { has: 97, pools: 18, alone: false }, 46],
    ['many modules on a large server', { has: 497, pools: 18, alone: false }, 145],
    ['a server that is too small for two', { has: 24, pools: 18, alone: false }, 19],
  ])('of a process are as many as fit: %s', (_, share, connections) => {
    expect(fitting(share)).toBe(connections);
  });

  it('of two replicas, one of which is starting, fit a server as it comes, whatever its modules', () => {
    for (let pools = 2; pools <= 40; pools += 1)
      expect(2 * fitting({ has: SERVER_AS_IT_COMES, pools, alone: false }) + 2).toBeLessThanOrEqual(SERVER_AS_IT_COMES);
  });

  it('are counted for each server that the modules are at', () => {
    const here = ['postgres://a:b@db/one', 'postgresql://c@DB:5432/two?sslmode=require'].map(serverOf);
    expect(here).toEqual(['db:5432', 'db:5432']);
    expect(serverOf('postgres://a@db:5433/one')).toBe('db:5433');
    expect(serverOf('postgres:///one?host=/run/postgresql')).toBe('/run/postgresql:5432');
  });

  it.each([
    [5, /REMIT_DB_CONNECTIONS is 5, and 11 modules and the connection between processes need 12 on .*: raise it/],
    [9_000, /REMIT_DB_CONNECTIONS is 9000, and .* has \d+ for all processes: lower it, or raise max_connections there/],
  ])('are refused at start when they are %d', async (asked, message) => {
    const given = new Map(declarations().map(({ module }) => [module, serverUrl()]));
    await expect(ServerBudgets.of(given, false, asked)).rejects.toThrow(message);
  });
});

describe('an application under load', () => {
  const most = 25;
  let remit: TestApplication;
  let partyId: string;
  beforeAll(async () => {
    remit = await startApplication({ configuration: { databaseConnections: most }, alone: false });
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

describe('an application with the fewest connections that it can start with', () => {
  let remit: TestApplication;
  beforeAll(async () => {
    const databaseConnections = fewest({ pools: declarations().length });
    remit = await startApplication({ configuration: { databaseConnections }, alone: false });
  });
  afterAll(() => remit.stop());

  it('does everything at once, since no module needs a second connection while it holds one', async () => {
    const [ines, ivo] = [remit.as('intake_ines'), remit.as('investigator_ivo')];
    const party = { kind: 'ORGANISATION', legalName: 'Weir Paper Ltd' };
    const { partyId } = (await ines.post<{ partyId: string }>('/parties', party)).body;
    const fromEndToEnd = async (): Promise<number> => {
      const registration = { caseTypeCode: 'WAT', parties: [{ partyId, role: 'SUBJECT' }] };
      const { body } = await ines.post<{ caseId: string }>('/cases', registration);
      await investigated(remit, body.caseId);
      const item = { mediaType: 'text/plain', classification: 'INTERNAL', collectedAt: '2026-01-05T09:30:00Z' };
      const evidence = { caseId: body.caseId, title: 'Note', collectedBy: 'investigator_ivo', ...item };
      const { publishedEventId } = (await ivo.post<{ publishedEventId: string }>('/evidence', evidence)).body;
      const waiting = `waitForEventId=${publishedEventId}&timeoutMs=10000`;
      const dossier = await ivo.get<{ data: { evidence: object[] } }>(`/cases/${body.caseId}/dossier?${waiting}`);
      return dossier.body.data.evidence.length;
    };
    expect(await Promise.all(Array.from({ length: 12 }, fromEndToEnd))).toEqual(Array.from({ length: 12 }, () => 1));
  });

  it('imports a file and rebuilds every projection, whole and of one case, at the same time', async () => {
    const otto = remit.as('operator_otto');
    const rebuilt = async (name: string, key?: string): Promise<string[]> => {
      const asked = { reason: 'Rows were damaged.', ...(key !== undefined && { key }) };
      const { body, text } = await otto.post<{ jobId?: string }>(`/operations/projections/${name}/rebuild`, asked);
      if (body.jobId === undefined) return [name, text];
      const { status } = await eventually(
        async () => (await otto.get<{ status: string }>(`/operations/jobs/${body.jobId ?? ''}`)).body,
        (job) => job.status !== 'RUNNING',
        60_000,
      );
      return [name, status];
    };
    const names = declarations().flatMap(({ module, projections }) =>
      Object.entries(projections).flatMap(([name, { rebuild }]) => (rebuild === 'refused' ? [] : `${module}.${name}`)),
    );
    const [file, ...jobs] = await Promise.all([
      importFile(remit.as('intake_ines'), actionsFile(60, 7)),
      ...names.map((name) => rebuilt(name)),
    ]);
    expect(file).toMatchObject({ status: 'COMPLETED', created: 60, refused: 0 });
    expect(jobs).toEqual(names.map((name) => [name, 'COMPLETED']));
    const key = file.rows[0]?.caseId;
    const ofOneCase = await Promise.all(names.map((name) => rebuilt(name, key)));
    expect(ofOneCase).toEqual(names.map((name) => [name, 'COMPLETED']));
  });
});
