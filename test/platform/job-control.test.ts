import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { INestApplicationContext } from '@nestjs/common';
import { JobControl, JobNotChanged } from '../../src/platform/kernel/job-control.js';
import { Kernel } from '../../src/platform/kernel/kernel.js';
import type { Work } from '../../src/platform/messaging/work.js';
import { eventually } from '../support/eventually.js';
import { BackgroundInterference } from '../support/probe/background.js';
import { ended, jobRow, startGadgets } from '../support/probe/background-commands.js';
import { asOfficer } from '../support/probe/caller.js';
import { make } from '../support/probe/commands.js';
import { applicationOf, boot, contextOf, MIRROR, PROBE } from '../support/probe/contexts.js';
import { ProbeDatabase } from '../support/probe/probe-database.js';
import { fires, setTimer } from '../support/probe/timer-commands.js';

describe('those who run the system', () => {
  let database: ProbeDatabase;
  let app: INestApplicationContext;
  let control: JobControl;
  let interference: BackgroundInterference;
  let work: Work;
  beforeAll(async () => {
    database = await ProbeDatabase.clone();
  });
  beforeEach(async () => {
    app = await boot(applicationOf(database.database, [contextOf('probe', PROBE), contextOf('mirror', MIRROR)]));
    control = app.get(JobControl);
    interference = app.get(BackgroundInterference, { strict: false });
    const found = app.get(Kernel).workOf('probe');
    if (!found) throw new Error('The probe has no work.');
    work = found;
  });
  afterEach(async () => {
    await app.close();
    await database.clear();
  });
  afterAll(() => database.drop());

  const change = (jobId: string, how: 'CANCEL' | 'PAUSE' | 'RESUME'): Promise<unknown> =>
    asOfficer(() => control.change(jobId, how, 'because'), { actorId: 'otto' });
  const refused = (jobId: string, how: 'CANCEL' | 'PAUSE' | 'RESUME'): Promise<string> =>
    change(jobId, how).then(
      () => 'not refused',
      (error: unknown) => (error instanceof JobNotChanged ? error.why : String(error)),
    );

  /** A job that has made one gadget and is about to commit the second. */
  async function halfway(prefix: string): Promise<{ jobId: string; goOn: () => void }> {
    const hold = database.hold();
    interference.beforeGadget = (index) => (index === 1 ? hold.wait() : undefined);
    const jobId = await startGadgets(work, prefix, 5);
    await hold.reached;
    return { jobId, goOn: hold.release };
  }

  it('cancel a job that is running: nothing of it is committed after the answer, and its rows say so', async () => {
    const { jobId, goOn } = await halfway('cancelled');
    await change(jobId, 'CANCEL');
    expect(await jobRow(database, jobId)).toMatchObject({ status: 'CANCELLED', holder: null });
    goOn();
    await app.close();
    expect(await database.count('probe.gadget')).toBe(1);
    expect(await database.sql('SELECT kind FROM probe.gadget_counter')).toEqual([{ kind: 'cancelled CANCELLED' }]);
    const [audit] = await database.sql(
      `SELECT payload_json -> 'actor' ->> 'actorId' AS actor, payload_json ->> 'beforeState' AS was FROM bus.outbox_event
       WHERE payload_json ->> 'eventType' = 'JobCancelledAudit'`,
    );
    expect(audit).toEqual({ actor: 'otto', was: 'RUNNING' });
  });

  it('cancel a job that waits, and one whose holder is dead', async () => {
    interference.atEnd = () => {
      throw Object.assign(new Error('The database is away.'), { code: '57P01' });
    };
    const waits = await startGadgets(work, 'waits', 1);
    await eventually(
      () => jobRow(database, waits),
      ({ status, epoch }) => status === 'PENDING' && epoch !== '0',
    );
    const orphan = await startGadgets(work, 'orphan', 1, { key: 'orphan' });
    await database.sql(
      `UPDATE probe.job SET status = 'RUNNING', holder = 'dead', epoch = epoch + 1, lease_until = clock_timestamp() + interval '1 day'
       WHERE job_id = $1`,
      [orphan],
    );
    await change(waits, 'CANCEL');
    await change(orphan, 'CANCEL');
    expect((await jobRow(database, waits)).status).toBe('CANCELLED');
    expect((await jobRow(database, orphan)).status).toBe('CANCELLED');
    interference.atEnd = () => undefined;
    await ended(database, await startGadgets(work, 'after', 1, { key: 'orphan' }));
  });

  it('pause a job and resume it, which goes on from where it was', async () => {
    const { jobId, goOn } = await halfway('paused');
    await change(jobId, 'PAUSE');
    goOn();
    await ended(database, await startGadgets(work, 'meanwhile', 1));
    expect(await database.count(`probe.gadget WHERE name LIKE 'paused %'`)).toBe(1);
    expect(await control.one(jobId)).toMatchObject({ status: 'PAUSED', changedBy: 'otto', changeReason: 'because' });
    expect(await refused(jobId, 'PAUSE')).toBe('PAUSED');
    interference.beforeGadget = () => undefined;
    await change(jobId, 'RESUME');
    expect(await ended(database, jobId)).toMatchObject({ status: 'COMPLETED', done: '5' });
    expect(await database.count(`probe.gadget WHERE name LIKE 'paused %'`)).toBe(5);
  });

  it('abort the handler at once when they cancel or pause', async () => {
    const reasons: string[] = [];
    for (const how of ['CANCEL', 'PAUSE'] as const) {
      let began!: () => void;
      const begun = new Promise<void>((resolve) => (began = resolve));
      const aborted = new Promise<void>((resolve) => {
        interference.atEnd = ({ signal }) => {
          began();
          return new Promise((end) => {
            signal.addEventListener('abort', () => {
              reasons.push((signal.reason as Error).constructor.name);
              end();
              resolve();
            });
          });
        };
      });
      const jobId = await startGadgets(work, `aborted by ${how}`, 1);
      await begun;
      await change(jobId, how);
      await aborted;
    }
    expect(reasons).toEqual(['JobLost', 'JobLost']);
  });

  it('are told that a job which has ended, is not paused, or comes again by itself cannot be changed so', async () => {
    const jobId = await startGadgets(work, 'over', 1);
    await ended(database, jobId);
    expect(await Promise.all((['CANCEL', 'PAUSE', 'RESUME'] as const).map((how) => refused(jobId, how)))).toEqual([
      'COMPLETED',
      'COMPLETED',
      'COMPLETED',
    ]);
    const { jobId: running, goOn } = await halfway('under way');
    expect(await refused(running, 'RESUME')).toBe('RUNNING');
    goOn();
    const [recurring] = await control.list({ name: 'tidy-gadgets', limit: 10 });
    expect(await refused(recurring?.jobId ?? '', 'CANCEL')).toBe('RECURS');
    await expect(change('job_unknown', 'CANCEL')).rejects.toMatchObject({ errorCode: 'NOT_FOUND' });
  });

  it('see the jobs of every module, the latest first, by module, name and status, and page by page', async () => {
    const ids: string[] = [];
    for (const prefix of ['one', 'two', 'three']) {
      ids.unshift(await startGadgets(work, prefix, 1));
      await ended(database, ids[0] ?? '');
    }
    const listed = async (filter: object): Promise<string[]> =>
      (await control.list({ limit: 10, ...filter })).map(({ jobId }) => jobId);
    expect(await listed({ name: 'make-gadgets' })).toEqual(ids);
    expect(await listed({ module: 'probe', statuses: ['COMPLETED'], limit: 2 })).toEqual(ids.slice(0, 2));
    expect(await listed({ name: 'make-gadgets', before: ids[1] })).toEqual(ids.slice(2));
    expect(await listed({ module: 'mirror', name: 'make-gadgets' })).toEqual([]);
    expect(await control.one(ids[0] ?? '')).toMatchObject({
      module: 'probe',
      startedBy: 'ines',
      reason: 'a test wants it',
      done: 1,
      total: 1,
    });
  });

  it('retry a dead timer, and move the clock to where a timer fires', async () => {
    const { gadgetId: key } = await make(work, 'timed');
    interference.onFire = () => {
      throw new TypeError('Not yet.');
    };
    const HOUR = 3_600_000;
    await setTimer(work, key, new Date(Date.now() + HOUR));
    await app.get(Kernel).advanceClock(2 * HOUR);
    const [dead] = await eventually(
      () => control.timers({ dead: true, limit: 10 }),
      ({ length }) => length === 1,
    );
    expect(dead).toMatchObject({ timerId: `probe.shelve-gadget:${key}`, status: 'DEAD', attempts: 3 });
    interference.onFire = () => undefined;
    await asOfficer(() => control.retryTimer(dead?.timerId ?? '', 'mended'));
    await eventually(
      () => fires(database, key),
      ({ length }) => length === 1,
    );
    await expect(asOfficer(() => control.retryTimer(dead?.timerId ?? '', 'again'))).rejects.toThrow();
  });

  it('find a job that comes again by itself begun at the start, and once more after its time', async () => {
    const [row] = await eventually(
      () => database.sql<{ waits: boolean; epoch: string }>(
        `SELECT next_attempt_at > clock_timestamp() + interval '59 minutes' AS waits, epoch FROM probe.job WHERE name = 'tidy-gadgets'`,
      ),
      ([found]) => found?.waits === true,
    ); // prettier-ignore
    expect(row?.epoch).toBe('1');
    await database.sql(`UPDATE probe.job SET next_attempt_at = clock_timestamp()`);
    await eventually(
      () => database.count(`probe.job WHERE name = 'tidy-gadgets' AND epoch = 2 AND status = 'PENDING'`),
      (count) => count === 1,
    );
    expect(await database.count(`probe.job WHERE name = 'tidy-gadgets'`)).toBe(1);
  });

  it('find nothing of what ended more than 90 days ago, by the application\u2019s clock', async () => {
    const jobId = await startGadgets(work, 'old', 1);
    await ended(database, jobId);
    const kernel = app.get(Kernel);
    const DAY = 86_400_000;
    await kernel.advanceClock(89 * DAY);
    await kernel.jobs.forgetOld();
    expect(await control.one(jobId)).toBeDefined();
    await kernel.advanceClock(2 * DAY);
    await kernel.jobs.forgetOld();
    await expect(control.one(jobId)).rejects.toMatchObject({ errorCode: 'NOT_FOUND' });
    expect(await database.count(`probe.job WHERE name = 'tidy-gadgets'`)).toBe(1);
  });
});
