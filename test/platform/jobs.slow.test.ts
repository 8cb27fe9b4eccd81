import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { isJobLost } from '../../src/platform/messaging/job-lost.js';
import { eventually } from '../support/eventually.js';
import { ended, jobRow, startGadgets } from '../support/probe/background-commands.js';
import { ProbeDatabase } from '../support/probe/probe-database.js';
import type { ProbeProcess } from '../support/probe/probe-process.js';

describe('a job', () => {
  let database: ProbeDatabase;
  let process: ProbeProcess;
  beforeAll(async () => {
    database = await ProbeDatabase.clone();
  });
  beforeEach(async () => {
    process = await database.process();
  });
  afterEach(() => database.clear());
  afterAll(() => database.drop());

  it('is carried out after the commit that started it, and says how far it has come', async () => {
    process.startBackground();
    const jobId = await startGadgets(process.work, 'plain', 3);
    expect(await ended(database, jobId)).toMatchObject({ status: 'COMPLETED', done: '3', total: '3', holder: null });
    expect(await database.count('probe.gadget')).toBe(3);
  });

  it('is started by the commit that audits it, or not at all', async () => {
    process.startBackground();
    await expect(startGadgets(process.work, 'refused', 1, { refuse: true })).rejects.toThrow('refused');
    const jobId = await startGadgets(process.work, 'together', 1);
    const [row] = await database.sql<{ audited: boolean; jobs: number }>(
      `SELECT (SELECT count(*)::int FROM probe.job) AS jobs, (SELECT xmin FROM bus.outbox_event
         WHERE payload_json ->> 'eventType' = 'GadgetsWantedAudit') IS NOT NULL AS audited`,
    );
    expect(row).toEqual({ audited: true, jobs: 1 });
    await ended(database, jobId);
  });

  it('is carried out in the name of whoever started it, caused by that command', async () => {
    process.startBackground();
    await ended(database, await startGadgets(process.work, 'named', 1));
    const [audit] = await database.sql(
      `SELECT m.payload_json -> 'actor' ->> 'actorId' AS actor, m.causation_id = w.payload_json ->> 'sourceCommandId' AS caused
       FROM bus.outbox_event m, bus.outbox_event w
       WHERE m.payload_json ->> 'eventType' = 'GADGET_MADEAudit' AND w.payload_json ->> 'eventType' = 'GadgetsWantedAudit'`,
    );
    expect(audit).toEqual({ actor: 'ines', caused: true });
  });

  it('of the same name and key is refused until the first has ended', async () => {
    const first = await startGadgets(process.work, 'once', 1, { key: 'k' });
    await expect(startGadgets(process.work, 'twice', 1, { key: 'k' })).rejects.toMatchObject({
      errorCode: 'JOB_ALREADY_RUNNING',
      status: 409,
    });
    process.startBackground();
    await ended(database, first);
    await ended(database, await startGadgets(process.work, 'after', 1, { key: 'k' }));
  });

  it('that is not declared cannot be started', async () => {
    await expect(startGadgets(process.work, 'x', 1, { name: 'unheard-of' })).rejects.toThrow(
      'probe does not declare the job unheard-of.',
    );
  });

  it('is tried again after a fault, and fails with where it arose after its last try', async () => {
    process.background.atEnd = () => {
      throw new TypeError('Ann Smith owes 5 dollars.');
    };
    process.startBackground();
    const jobId = await startGadgets(process.work, 'faulty', 2);
    const failed = await ended(database, jobId);
    expect(failed).toMatchObject({ status: 'FAILED', attempts: 3 });
    expect(failed.last_error).toMatch(/^TypeError at jobs\.slow\.test\.ts:\d+$/);
    expect(await database.sql('SELECT kind FROM probe.gadget_counter')).toEqual([{ kind: 'faulty FAILED' }]);
    expect(await database.count(`bus.outbox_event WHERE payload_json ->> 'eventType' = 'JobFailedAudit'`)).toBe(1);
    expect(await database.count('probe.gadget')).toBe(2);
  });

  it('waits longer after each try', async () => {
    const tried: number[] = [];
    process.background.atEnd = () => {
      tried.push(performance.now());
      throw new TypeError('Not yet.');
    };
    process.startBackground();
    await ended(database, await startGadgets(process.work, 'patient', 1));
    const [first = 0, second = 0, third = 0] = tried;
    expect(second - first).toBeGreaterThan(450);
    expect(third - second).toBeGreaterThan(950);
  });

  it('is tried as long as the database is what fails, and none of those tries count', async () => {
    let tries = 0;
    process.background.atEnd = () => {
      tries += 1;
      if (tries < 5) throw Object.assign(new Error('The database is away.'), { code: '57P01' });
    };
    process.startBackground();
    const jobId = await startGadgets(process.work, 'weathered', 1);
    expect(await ended(database, jobId)).toMatchObject({ status: 'COMPLETED', attempts: 0, last_error: null });
  });

  it('that is under way when the process stops is given back, and goes on in the next one', async () => {
    const hold = database.hold();
    process.background.beforeGadget = (index) => (index === 1 ? hold.wait() : undefined);
    process.startBackground();
    const jobId = await startGadgets(process.work, 'handed over', 3);
    await hold.reached;
    const stopped = process.stopBackground();
    hold.release();
    await stopped;
    expect(await jobRow(database, jobId)).toMatchObject({ status: 'PENDING', holder: null });
    const other = await database.process();
    other.startBackground({ alone: false });
    expect(await ended(database, jobId)).toMatchObject({ status: 'COMPLETED', attempts: 0 });
    expect(await database.count('probe.gadget')).toBe(3);
  });

  it('that a killed process held is taken at once by one that is alone, and after the lease by another', async () => {
    const jobId = await startGadgets(process.work, 'killed', 1);
    const holds = `UPDATE probe.job SET status = 'RUNNING', holder = 'killed', epoch = 1, lease_until = clock_timestamp() + `;
    await database.sql(`${holds} interval '1 day'`);
    process.startBackground({ alone: false });
    // One that nobody holds is carried out: the held one was read and left.
    await ended(database, await startGadgets(process.work, 'free', 1));
    expect(await jobRow(database, jobId)).toMatchObject({ status: 'RUNNING', holder: 'killed' });
    await database.sql(`${holds} interval '0.3 seconds' WHERE job_id = '${jobId}'`);
    expect(await ended(database, jobId)).toMatchObject({ status: 'COMPLETED', epoch: '2' });

    const another = await startGadgets((await database.process()).work, 'killed too', 1);
    await process.stopBackground();
    await database.sql(`${holds} interval '1 day' WHERE job_id = '${another}'`);
    process.startBackground({ alone: true });
    expect(await ended(database, another)).toMatchObject({ status: 'COMPLETED', epoch: '2' });
  });

  it('cannot commit behind its fence once another process has taken it, which makes everything once', async () => {
    const hold = database.hold();
    let fault: unknown;
    process.background.beforeGadget = (index) => (index === 1 ? hold.wait() : undefined);
    process.startBackground();
    const jobId = await startGadgets(process.work, 'frozen', 4);
    await hold.reached;
    await database.sql(`UPDATE probe.job SET lease_until = clock_timestamp() - interval '1 second'`);
    const other = await database.process();
    const otherHold = database.hold();
    other.background.beforeGadget = (index) => (index === 1 ? otherHold.wait() : undefined);
    other.startBackground({ alone: false });
    await otherHold.reached;
    process.background.beforeGadget = (_, job) => {
      fault = job.signal.reason;
    };
    hold.release();
    await eventually(
      () => jobRow(database, jobId),
      ({ epoch }) => epoch === '2',
    );
    await process.stopBackground();
    expect(await database.count('probe.gadget')).toBe(1);
    otherHold.release();
    expect(await ended(database, jobId)).toMatchObject({ status: 'COMPLETED', epoch: '2' });
    expect(await database.count('probe.gadget')).toBe(4);
    expect(fault === undefined || isJobLost(fault)).toBe(true);
  });
});
