import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startApplication, type TestApplication } from '../support/application.js';
import { asServerAdministrator, cloneDatabase, type TestDatabase } from '../support/database.js';
import { actionsFile, importEnded, importFile, readImport, sendFile, until } from '../support/imports.js';

let database: TestDatabase;
let running: TestApplication[];
beforeEach(async () => {
  database = await cloneDatabase();
  running = [];
});
afterEach(async () => {
  await Promise.all(running.map((remit) => remit.stop()));
  await database.drop();
});

const start = async (): Promise<TestApplication> => {
  const remit = await startApplication({ database });
  running.push(remit);
  return remit;
};

const stop = async (remit: TestApplication): Promise<void> => {
  running = running.filter((each) => each !== remit);
  await remit.stop();
};

const sql = <Row extends object>(text: string): Promise<Row[]> =>
  asServerAdministrator(async (admin) => (await admin.query<Row>(text)).rows, database.url);

const count = async (table: string): Promise<number> =>
  (await sql<{ count: number }>(`SELECT count(*)::int AS count FROM ${table}`))[0]?.count ?? 0;

/** How many cases have how many allegations. */
const allegationsByCase = async (): Promise<Record<string, number>> =>
  Object.fromEntries(
    (
      await sql<{ allegations: number; cases: number }>(
        `SELECT allegations, count(*)::int AS cases FROM (
           SELECT count(allegation_id)::int AS allegations FROM case_registry.case_header
           LEFT JOIN investigation.allegation USING (case_id) GROUP BY case_id) AS each GROUP BY allegations`,
      )
    ).map(({ allegations, cases }) => [String(allegations), cases]),
  );

const casesAndParties = async (): Promise<number[]> => [
  await count('case_registry.case_header'),
  await count('party.party'),
];

const readPending = (): Promise<number> => count("intake.import_row WHERE outcome = 'PENDING'");

/** Makes a table refuse what Intake writes to it, as though the process ended there. */
const breakTable = async (table: string, event: 'INSERT' | 'UPDATE'): Promise<void> => {
  await sql(`CREATE FUNCTION public.broken() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'broken on purpose' USING ERRCODE = '57P01'; END $$`);
  await sql('GRANT USAGE ON SCHEMA public TO PUBLIC; GRANT EXECUTE ON FUNCTION public.broken() TO PUBLIC');
  await sql(`CREATE TRIGGER broken BEFORE ${event} ON ${table} EXECUTE FUNCTION public.broken()`);
};

const mendTable = (table: string): Promise<object[]> => sql(`DROP TRIGGER broken ON ${table}`);

/** Leaves the rows of a file sent to their owners, and not noted by Intake; then the process is gone. */
async function endAfterTheOwnersAnswers(rows: number, firms: number): Promise<string> {
  await breakTable('intake.import_row', 'UPDATE');
  const remit = await start();
  const { body } = await sendFile(remit.as('intake_ines'), actionsFile(rows, firms));
  await until(
    () => count('case_registry.case_header'),
    (found) => found === rows,
  );
  await stop(remit);
  await mendTable('intake.import_row');
  // A process that was killed had no time to give the job back.
  await sql(`UPDATE intake.job SET status = 'RUNNING', holder = 'killed', lease_until = '2999-01-01'`);
  return body.importId;
}

describe('An import whose process ends', () => {
  it('goes on at the next start, with one case a row and one party a firm', async () => {
    const first = await start();
    const { body } = await sendFile(first.as('intake_ines'), actionsFile(400, 150));
    await until(
      () => readImport(first.as('intake_ines'), body.importId),
      ({ created }) => created > 0,
    );
    await stop(first);
    const [job] = await sql<{ created: number; status: string; holder: string | null }>(
      'SELECT i.created, j.status, j.holder FROM intake.import_job i JOIN intake.job j ON j.key = i.import_id',
    );
    expect(job?.created).toBeLessThan(400);
    expect(job).toMatchObject({ status: 'PENDING', holder: null });

    const second = await start();
    const ended = await importEnded(second.as('intake_ines'), body.importId);
    expect(ended).toMatchObject({ status: 'COMPLETED', created: 400, existing: 0, refused: 0 });
    expect(await casesAndParties()).toEqual([400, 150]);
    expect(await allegationsByCase()).toEqual({ 1: 400 });
  });

  it('between the owners\u2019 answers and its own record tells the same again, and is given the first answers', async () => {
    const importId = await endAfterTheOwnersAnswers(20, 12);
    const remit = await start();
    const ended = await importEnded(remit.as('intake_ines'), importId);
    expect(ended).toMatchObject({ status: 'COMPLETED', created: 20, existing: 0, refused: 0 });
    expect(await casesAndParties()).toEqual([20, 12]);
    expect(await allegationsByCase()).toEqual({ 1: 20 });
    const caseIds = await sql<{ case_id: string }>('SELECT case_id FROM case_registry.case_header ORDER BY 1');
    expect(ended.rows.map(({ caseId }) => caseId).sort()).toEqual(caseIds.map(({ case_id }) => case_id));
  });

  it.each([
    ['before the allegations were sent', 'investigation.allegation', 0],
    ['after they were sent, and before its own record', 'intake.import_row', 20],
  ])('between the cases and their allegations, %s, records each once', async (_, table, sent) => {
    await breakTable(table, table === 'intake.import_row' ? 'UPDATE' : 'INSERT');
    const first = await start();
    const { body } = await sendFile(first.as('intake_ines'), actionsFile(20, 12));
    await until(allegationsByCase, (found) => (sent === 0 ? found[0] === 20 : found[1] === sent));
    await stop(first);
    await mendTable(table);
    await sql(`UPDATE intake.job SET status = 'RUNNING', holder = 'killed', lease_until = '2999-01-01'`);
    expect(await readPending()).toBe(20);

    const second = await start();
    const ended = await importEnded(second.as('intake_ines'), body.importId);
    expect(ended).toMatchObject({ status: 'COMPLETED', created: 20, existing: 0, refused: 0 });
    expect(await allegationsByCase()).toEqual({ 1: 20 });
    expect(await count("intake.external_reference WHERE subject = 'ALLEGATION' AND subject_id LIKE 'alg_%'")).toBe(20);
  });

  it('there, and is away for more than a day, refuses those rows rather than doing them twice', async () => {
    const importId = await endAfterTheOwnersAnswers(5, 5);
    await sql('INSERT INTO bus.application_clock (offset_milliseconds) VALUES (90000000)');
    const remit = await start();
    const ended = await importEnded(remit.as('intake_ines'), importId);
    expect(ended).toMatchObject({ status: 'COMPLETED', created: 0, refused: 5 });
    expect(new Set(ended.rows.map(({ reasons }) => reasons?.[0]?.code))).toEqual(new Set(['OUTCOME_UNKNOWN']));
    expect(await casesAndParties()).toEqual([5, 5]);
  });
});

describe('An import of the release before, which knew no jobs', () => {
  it('is carried on after the upgrade, and the older process is kept from it', async () => {
    await breakTable('case_registry.case_header', 'INSERT');
    const first = await start();
    const { body } = await sendFile(first.as('intake_ines'), actionsFile(20, 12));
    await stop(first);
    await mendTable('case_registry.case_header');
    await sql('DELETE FROM intake.job');
    await sql(`UPDATE intake.import_job SET held_by = 'an older process', held_until = '2020-01-01'`);

    const second = await start();
    const ended = await importEnded(second.as('intake_ines'), body.importId);
    expect(ended).toMatchObject({ status: 'COMPLETED', created: 20, refused: 0 });
    expect(await casesAndParties()).toEqual([20, 12]);
    const [held] = await sql(`SELECT held_by, held_until > now() AS held FROM intake.import_job`);
    expect(held).toEqual({ held_by: 'a job', held: true });
    expect(await count('intake.job')).toBe(1);
  });
});

describe('Two imports of one file at the same time', () => {
  it.each([
    ['by one officer', 'intake_ines'],
    ['by two officers', 'supervisor_sol'],
  ])('%s make one case of each row', async (_, other) => {
    const remit = await start();
    const csv = actionsFile(150, 60);
    const reports = await Promise.all([
      importFile(remit.as('intake_ines'), csv),
      importFile(remit.as(other), csv),
      importFile(remit.as(other), actionsFile(150, 60, 'noise')),
    ]);
    for (const { status, created, existing } of reports)
      expect([status, created + existing]).toEqual(['COMPLETED', 150]);
    expect(reports.reduce((sum, { created }) => sum + created, 0)).toBe(300);
    expect(await casesAndParties()).toEqual([300, 60]);
    expect(await allegationsByCase()).toEqual({ 1: 300 });
  });

  it('in two processes make one case of each row', async () => {
    const [one, other] = [await start(), await start()];
    const csv = actionsFile(150, 60);
    const reports = await Promise.all([
      importFile(one.as('intake_ines'), csv),
      importFile(other.as('supervisor_sol'), csv),
    ]);
    expect(reports.map(({ status }) => status)).toEqual(['COMPLETED', 'COMPLETED']);
    expect(reports.reduce((sum, { created }) => sum + created, 0)).toBe(150);
    expect(await casesAndParties()).toEqual([150, 60]);
  });

  it('do so too when a second process takes a job that the first still works on', async () => {
    const first = await start();
    const { body } = await sendFile(first.as('intake_ines'), actionsFile(200, 80));
    await until(
      () => readImport(first.as('intake_ines'), body.importId),
      ({ created }) => created > 0,
    );
    // Alone on its database, as it is told, it takes every job for abandoned.
    const second = await start();
    const ended = await importEnded(second.as('intake_ines'), body.importId);
    expect(ended).toMatchObject({ status: 'COMPLETED', created: 200, existing: 0, refused: 0 });
    expect(await casesAndParties()).toEqual([200, 80]);
  });
});

describe('Trouble on the way', () => {
  it('with an owner who does not answer in time makes an import wait, and no row is refused or done twice', async () => {
    const remit = await start();
    const locked = asServerAdministrator(async (admin) => {
      await admin.query('BEGIN; LOCK TABLE case_registry.case_header IN EXCLUSIVE MODE');
      const { body } = await sendFile(remit.as('intake_ines'), actionsFile(20, 10));
      const PAST_THE_DEADLINE_MS = 6_000;
      await new Promise((resolve) => setTimeout(resolve, PAST_THE_DEADLINE_MS));
      await admin.query('COMMIT');
      return body.importId;
    }, database.url);
    const ended = await importEnded(remit.as('intake_ines'), await locked);
    expect(ended).toMatchObject({ status: 'COMPLETED', created: 20, refused: 0 });
    expect(await casesAndParties()).toEqual([20, 10]);
  });

  it('with rights that an owner no longer accepts fails the import', async () => {
    await breakTable('intake.external_reference', 'INSERT');
    const first = await start();
    const { body } = await sendFile(first.as('intake_ines'), actionsFile(3, 2));
    await stop(first);
    await mendTable('intake.external_reference');
    await sql(`UPDATE intake.job SET asked_by = jsonb_set(asked_by, '{actor,roles}', '["AUDITOR"]')`);
    const second = await start();
    const ended = await importEnded(second.as('intake_ines'), body.importId);
    expect(ended).toMatchObject({ status: 'FAILED', created: 0, refused: 3 });
    expect(ended.rows.every(({ reasons }) => reasons?.[0]?.code === 'FORBIDDEN')).toBe(true);
    expect(await casesAndParties()).toEqual([0, 0]);
    expect(await count('intake.external_reference')).toBe(0);
  });
});
