import { readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { JobControl } from '../../src/platform/kernel/job-control.js';
import { slottedTablesOf } from '../../src/platform/ownership/declaration.js';
import { declarations } from '../../src/platform/start.js';
import { asOfficer } from '../support/probe/caller.js';
import { startApplication, type TestApplication } from '../support/application.js';
import { Archives } from '../support/archives.js';
import { eventually } from '../support/eventually.js';

interface Started {
  jobId: string;
  errorCode?: string;
  detail?: string;
}
interface Changed {
  partyId: string;
  caseId: string;
  version: number;
  publishedEventId: string;
}

/** What the rebuild makes at its own time, by table. */
const OWN_TIME = ['slot', 'projected_at', 'revision'];
const TABLES = declarations().flatMap((declaration) =>
  slottedTablesOf(declaration).map((table) => `${declaration.database.schema}.${table}`),
);
const PROJECTIONS = [
  'reporting.case-dossier',
  'officer-worklist',
  'reporting.party-case-history',
  'reporting.party-names',
  'case-registry.party-names',
];

describe('a rebuild, asked for by an operator', () => {
  let remit: TestApplication;
  let archives: Archives;
  let admin: pg.Client;
  let caseId = '';
  let partyId = '';
  beforeAll(async () => {
    archives = await Archives.open();
    remit = await startApplication({ configuration: { archiveDir: archives.folder } });
    admin = new pg.Client({ connectionString: remit.database.url });
    await admin.connect();
    await fill();
  });
  afterAll(async () => {
    await admin.end();
    await remit.stop();
    await archives.clear();
  });

  const sql = async <Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> =>
    (await admin.query<Row>(text, values)).rows;
  const ines = () => remit.as('intake_ines');

  async function changed(reply: Promise<{ status: number; text: string; body: Changed }>): Promise<Changed> {
    const { status, text, body } = await reply;
    if (status >= 300) throw new Error(`It was refused: ${text}`);
    return body;
  }

  /** Parties that are renamed and merged, and cases with parties that come and go, amended and linked. */
  async function fill(): Promise<void> {
    const party = (legalName: string) => changed(ines().post<Changed>('/parties', { kind: 'ORGANISATION', legalName }));
    const [mill, weir, tannery] = [await party('Alder Mill Ltd'), await party('Weir Ltd'), await party('Tannery Ltd')];
    partyId = mill.partyId;
    const at = (version: number): Record<string, string> => ({ 'if-match': `"${version}"` });
    const renamed = ines().send<Changed>('PATCH', `/parties/${partyId}/profile`, { legalName: 'Alder Mills Ltd' }, at(1)); // prettier-ignore
    await changed(renamed);
    await changed(remit.as('supervisor_sol').post<Changed>(`/parties/${weir.partyId}/merge`, { intoPartyId: partyId, reason: 'The same.' }, at(1))); // prettier-ignore
    const register = (id: string) =>
      changed(ines().post<Changed>('/cases', { caseTypeCode: 'ENV', title: 'Odour', parties: [{ partyId: id, role: 'SUBJECT' }] })); // prettier-ignore
    const [first, second] = [await register(partyId), await register(tannery.partyId)];
    caseId = first.caseId;
    let { version } = await changed(ines().post<Changed>(`/cases/${caseId}/parties`, { partyId: tannery.partyId, role: 'WITNESS' }, at(1))); // prettier-ignore
    ({ version } = await changed(ines().send<Changed>('PATCH', `/cases/${caseId}`, { title: 'Odour and noise' }, at(version)))); // prettier-ignore
    const last = await changed(ines().post<Changed>(`/cases/${second.caseId}/links`, { linkedCaseId: caseId, relation: 'RELATED' })); // prettier-ignore
    await eventually(
      () => sql(`SELECT FROM reporting.inbox_event WHERE event_id = $1`, [last.publishedEventId]),
      ({ length }) => length > 0,
    );
    await eventually(quiet, (isQuiet) => isQuiet);
  }

  /** Every event has been delivered to everybody. */
  async function quiet(): Promise<boolean> {
    const events = async (): Promise<unknown> => sql('SELECT count(*) FROM bus.outbox_event');
    const before = JSON.stringify(await events());
    for (let round = 0; round < 8; round += 1) await remit.as('supervisor_sol').get('/worklist');
    const { body } = await remit.as('operator_otto').get<{ data: { waiting: number }[] }>('/operations/consumers');
    return JSON.stringify(await events()) === before && body.data.every(({ waiting }) => waiting === 0);
  }

  async function contents(): Promise<Record<string, unknown[]>> {
    const all: Record<string, unknown[]> = {};
    for (const table of TABLES)
      all[table] = (
        await sql<{ row: unknown }>(
          `SELECT to_jsonb(t) - $1::text[] AS row FROM ${table} t ORDER BY (to_jsonb(t) - $1::text[])::text`,
          [OWN_TIME],
        )
      ).map(({ row }) => row);
    return all;
  }

  /** Wrong values, wrong versions of sources, rows that are missing and rows that belong to nothing. */
  async function damage(): Promise<void> {
    const active = async (table: string): Promise<string> => {
      const [schema = '', name = ''] = table.split('.');
      const declared = declarations().find(({ database }) => database.schema === schema);
      const [projection] = Object.entries(declared?.projections ?? {}).find(([, { tables }]) => tables.includes(name)) ?? []; // prettier-ignore
      const [row] = await sql<{ active_slot: string }>(
        `SELECT active_slot FROM ${schema}.projection_slot WHERE projection = $1`,
        [projection],
      );
      return `${table}_${row?.active_slot ?? ''}`;
    };
    for (const table of TABLES.filter((each) => !each.endsWith('_revision'))) {
      const place = await active(table);
      const [found] = await sql<{ columns: string[] }>(
        `SELECT array_agg(attname::text ORDER BY attnum) AS columns FROM pg_attribute
         WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped`,
        [place],
      );
      const columns = found?.columns ?? [];
      const key = columns[0] ?? '';
      await sql(`DELETE FROM ${place} WHERE ${key} = (SELECT min(${key}) FROM ${place})`);
      if (columns.includes('sources')) await sql(`UPDATE ${place} SET sources = '{"case_header:none": 99}'`);
      for (const column of ['title', 'display_name', 'status'].filter((each) => columns.includes(each)))
        await sql(`UPDATE ${place} SET ${column} = 'damaged'`);
      await sql(`UPDATE ${place} SET ${key} = 'surplus' WHERE ctid = (SELECT min(ctid) FROM ${place})`);
    }
  }

  const ask = (name: string, body: object = { reason: 'Rows were damaged.' }) =>
    remit.as('operator_otto').post<Started>(`/operations/projections/${name}/rebuild`, body);

  async function ended(jobId: string): Promise<string> {
    const find = async (): Promise<string> => {
      for (const schema of ['reporting', 'case_registry']) {
        const [job] = await sql<{ status: string }>(`SELECT status FROM ${schema}.job WHERE job_id = $1`, [jobId]);
        if (job) return job.status;
      }
      return 'MISSING';
    };
    return eventually(find, (status) => !['PENDING', 'RUNNING'].includes(status), 60_000);
  }

  it('makes deliberately damaged rows of every projection what they were, row for row', async () => {
    const live = await contents();
    for (const [table, rows] of Object.entries(live)) expect([table, rows.length > 0]).toEqual([table, true]);
    await damage();
    const damaged = await contents();
    for (const table of TABLES.filter((each) => !each.endsWith('_revision')))
      expect([table, damaged[table]]).not.toEqual([table, live[table]]);
    const jobs: string[] = [];
    for (const name of PROJECTIONS) {
      const { status, headers, body, text } = await ask(name);
      expect([name, status, text]).toEqual([name, 202, expect.any(String)]);
      expect(headers.get('location')).toBe(`/api/v1/operations/jobs/${body.jobId}`);
      jobs.push(body.jobId);
    }
    for (const jobId of jobs) expect(await ended(jobId)).toBe('COMPLETED');
    expect(await contents()).toEqual(live);
  });

  it('goes on being delivered to, and shows the next change to whoever waits for its event', async () => {
    const { headers } = await ines().get(`/cases/${caseId}`);
    const { publishedEventId } = await changed(
      ines().send<Changed>(
        'PATCH',
        `/cases/${caseId}`,
        { title: 'Afterwards' },
        { 'if-match': headers.get('etag') ?? '' },
      ),
    );
    const { body } = await remit
      .as('supervisor_sol')
      .get<{ data: { title: string } }>(`/cases/${caseId}/dossier?waitForEventId=${publishedEventId}`);
    expect(body.data.title).toBe('Afterwards');
    // The other read models take it by themselves, and the next test compares them all.
    for (const path of ['/worklist', `/parties/${partyId}/case-history`])
      expect((await remit.as('supervisor_sol').get(`${path}?waitForEventId=${publishedEventId}`)).status).toBe(200);
  });

  it('of one case mends its rows and leaves all others', async () => {
    const live = await contents();
    const [active] = await sql<{ active_slot: string }>(
      `SELECT active_slot FROM reporting.projection_slot WHERE projection = 'case-dossier'`,
    );
    await sql(`UPDATE reporting.case_dossier_${active?.active_slot ?? ''} SET title = 'damaged'`);
    const { body } = await ask('case-dossier', { reason: 'Its row was damaged.', key: caseId });
    expect(await ended(body.jobId)).toBe('COMPLETED');
    const rows = (all: Record<string, unknown[]>) =>
      all['reporting.case_dossier'] as { case_id: string; title: string }[];
    const before = rows(live).find((each) => each.case_id === caseId);
    const after = rows(await contents());
    expect(after.find((each) => each.case_id === caseId)).toEqual(before);
    expect(after.filter(({ title }) => title === 'damaged').length).toBe(after.length - 1);
    const whole = await ask('case-dossier');
    expect(await ended(whole.body.jobId)).toBe('COMPLETED');
    expect(await contents()).toEqual(live);
  });

  it('is refused where nothing could make the rows anew, where the name means several, and where there is none', async () => {
    const records = await ask('audit.records');
    expect([records.status, records.body.errorCode]).toEqual([409, 'REBUILD_REFUSED']);
    expect(records.body.detail).toContain('no copy of anything');
    const several = await ask('party-names');
    expect([several.status, several.body.errorCode]).toEqual([409, 'PROJECTION_AMBIGUOUS']);
    expect(several.body.detail).toContain('case-registry.party-names, reporting.party-names');
    expect((await ask('nothing')).status).toBe(404);
    expect((await ask('workflow.on-case-registered')).status).toBe(404);
    expect((await ask('case-dossier', {})).status).toBe(400);
    expect((await ask('case-dossier', { reason: 'x', key: '%' })).status).toBe(400);
  });

  it('is refused while there is one, and left where it is when it is cancelled', async () => {
    const live = await contents();
    await remit.as('operator_otto').post('/operations/consumers/reporting.case-dossier/pause', { reason: 'Wait.' });
    const { body } = await ask('case-dossier');
    await eventually(
      () => sql(`SELECT FROM reporting.projection_slot WHERE rebuild_job = $1`, [body.jobId]),
      ({ length }) => length === 1,
    );
    const second = await ask('reporting.case-dossier');
    expect([second.status, second.body.errorCode]).toEqual([409, 'REBUILD_RUNNING']);
    await eventually(
      () => remit.as('supervisor_sol').get<{ projection: { freshnessStatus: string } }>(`/cases/${caseId}/dossier`),
      (read) => read.body.projection.freshnessStatus === 'REBUILDING',
    );
    const jobs = remit.app.get(JobControl);
    await asOfficer(() => jobs.change(body.jobId, 'CANCEL', 'No.'), { actorId: 'operator_otto' });
    await remit.as('operator_otto').post('/operations/consumers/reporting.case-dossier/resume', { reason: 'Go on.' });
    expect(await ended(body.jobId)).toBe('CANCELLED');
    expect(await contents()).toEqual(live);
    expect(await sql(`SELECT FROM reporting.consumer_offset WHERE consumer_name LIKE '%:rebuild'`)).toEqual([]);
    expect(await sql('SELECT FROM reporting.projection_slot WHERE rebuild_job IS NOT NULL')).toEqual([]);
  });

  it('fails and says why when an archive is damaged, and readers keep their rows; whole archives alone do for the same rows', async () => {
    await eventually(quiet, (isQuiet) => isQuiet);
    const live = await contents();
    await archives.retireAll(remit.database);
    expect(await sql('SELECT FROM bus.outbox_event')).toEqual([]);
    const [file = ''] = (await readdir(archives.folder)).filter((name) => name.endsWith('.gz'));
    const [there, away] = [join(archives.folder, file), join(archives.folder, 'away')];
    await rename(there, away);
    for (const [harm, why] of [
      [() => Promise.resolve(), `${there} is missing.`],
      [() => writeFile(there, 'not what it was'), `${there} is damaged: `],
    ] as const) {
      await harm();
      const { body } = await ask('case-dossier');
      expect(await ended(body.jobId)).toBe('FAILED');
      const job = await remit.as('operator_otto').get<{ lastError: string }>(`/operations/jobs/${body.jobId}`);
      expect(job.body.lastError).toContain(why);
      const one = await ask('case-dossier', { reason: 'Its row.', key: caseId });
      expect(await ended(one.body.jobId)).toBe('FAILED');
      expect(await contents()).toEqual(live);
    }
    await rename(away, there);
    await damage();
    for (const name of PROJECTIONS) expect(await ended((await ask(name)).body.jobId)).toBe('COMPLETED');
    expect(await contents()).toEqual(live);
  });
});
