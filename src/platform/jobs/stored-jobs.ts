import type { AskedBy } from '../base/context.js';
import type { ModuleDatabase } from '../database/module-database.js';
import type { Statement } from '../database/statement.js';

/** Seconds, by the database's clock: how long a job stays with a process that says nothing. */
export const LEASE_SECONDS = 10;

/** Half a second, doubled with each try in a row, five minutes at most. */
const MOST_BACKOFF_SECONDS = 300;
const LEASE = `clock_timestamp() + make_interval(secs => ${LEASE_SECONDS})`;
const GIVEN_BACK = 'holder = NULL, lease_until = NULL';
const HELD = `job_id = $1 AND epoch = $2 AND status = 'RUNNING'`;

/** A job that this process holds. Another that takes it raises the epoch, which shuts this one out. */
export interface TakenJob {
  jobId: string;
  name: string;
  input: object;
  askedBy: AskedBy;
  epoch: string;
  attempts: number;
  done: number | null;
}

export interface Progress {
  done: number;
  total: number;
  ratePerSecond: number | null;
}

/** That a process still holds a job: a part of a unit of work, which must touch one row. */
export const fenceOf = ({ jobId, epoch }: Pick<TakenJob, 'jobId' | 'epoch'>): Statement => ({
  name: 'job_fence',
  text: `UPDATE job SET lease_until = ${LEASE} WHERE ${HELD} RETURNING 1`,
  values: [jobId, epoch],
});

/** How a module's jobs are taken, kept and ended. Times are the database's, but those that people are told. */
export class StoredJobs {
  constructor(
    private readonly database: ModuleDatabase,
    private readonly holder: string,
  ) {}

  /** Sees to it that a job which comes again by itself is there. */
  async ensure(name: string, askedBy: AskedBy, jobId: string, at: Date): Promise<void> {
    await this.database.query({
      text: `INSERT INTO job (job_id, name, key, status, input, asked_by, created_at)
             VALUES ($1, $2, $2, 'PENDING', '{}', $3, $4)
             ON CONFLICT (name, key) WHERE status IN ('PENDING', 'RUNNING', 'PAUSED') DO NOTHING`,
      values: [jobId, name, JSON.stringify(askedBy), at],
    });
  }

  /**
   * Takes what is to be done now, the longest due first.
   * @param room how many jobs of each name there is room for
   * @param evenIfHeld also what another process seems to hold
   */
  async take(room: ReadonlyMap<string, number>, running: readonly string[], evenIfHeld: boolean): Promise<TakenJob[]> {
    this.database.faults.reach('before a job is taken');
    const taken = await this.database.query<TakenJob>({
      name: 'job_take',
      text: `WITH free AS (
               SELECT found.job_id FROM unnest($1::text[], $2::int[]) AS wanted (name, room) CROSS JOIN LATERAL (
                 SELECT job_id FROM job WHERE job.name = wanted.name AND job_id <> ALL ($3) AND (
                   status = 'PENDING' AND next_attempt_at <= clock_timestamp()
                   OR status = 'RUNNING' AND (lease_until < clock_timestamp() OR holder = $4 OR $5))
                 ORDER BY next_attempt_at, job_id LIMIT wanted.room FOR UPDATE SKIP LOCKED) AS found)
             UPDATE job SET status = 'RUNNING', holder = $4, epoch = epoch + 1, lease_until = ${LEASE}
             FROM free WHERE job.job_id = free.job_id
             RETURNING job.job_id AS "jobId", name, input, asked_by AS "askedBy", epoch, attempts, done::float8 AS done`,
      values: [[...room.keys()], [...room.values()], running, this.holder, evenIfHeld],
    });
    if (taken.length > 0) this.database.faults.reach('after a job is taken');
    return taken;
  }

  /**
   * Extends the leases. A row that is locked is being fenced, and waits for nobody here.
   * @returns the ids of those that are no longer held
   */
  async renew(held: readonly TakenJob[]): Promise<string[]> {
    const lost = await this.database.query<{ jobId: string }>({
      name: 'job_renew',
      text: `WITH held AS (SELECT * FROM unnest($1::text[], $2::bigint[]) AS held (job_id, epoch)),
             renewed AS (
               UPDATE job SET lease_until = ${LEASE} WHERE job_id IN (
                 SELECT job_id FROM job JOIN held USING (job_id, epoch) WHERE status = 'RUNNING'
                 FOR UPDATE OF job SKIP LOCKED))
             SELECT job_id AS "jobId" FROM held WHERE NOT EXISTS (
               SELECT FROM job WHERE job.job_id = held.job_id AND job.epoch = held.epoch AND status = 'RUNNING')`,
      values: [held.map(({ jobId }) => jobId), held.map(({ epoch }) => epoch)],
    });
    return lost.map(({ jobId }) => jobId);
  }

  /** Waits for no lock: whoever reports may itself be inside a transaction that has fenced the job. */
  async report({ jobId, epoch }: TakenJob, { done, total, ratePerSecond }: Progress): Promise<void> {
    await this.database.query({
      name: 'job_report',
      text: `UPDATE job SET done = $3, total = $4, rate_per_second = $5 WHERE job_id = (
               SELECT job_id FROM job WHERE ${HELD} FOR UPDATE SKIP LOCKED)`,
      values: [jobId, epoch, done, total, ratePerSecond],
    });
  }

  /** @param againAfter seconds after which it begins anew by itself */
  async complete({ jobId, epoch }: TakenJob, at: Date, progress?: Progress, againAfter?: number): Promise<void> {
    this.database.faults.reach('before the end of a job');
    await this.database.query({
      name: 'job_complete',
      text: `UPDATE job SET version = version + 1, ${GIVEN_BACK}, attempts = 0, last_error = NULL,
               status = CASE WHEN $3::float8 IS NULL THEN 'COMPLETED' ELSE 'PENDING' END,
               ended_at = CASE WHEN $3::float8 IS NULL THEN $4::timestamptz END,
               next_attempt_at = clock_timestamp() + make_interval(secs => coalesce($3, 0)),
               done = coalesce($5, done), total = coalesce($6, total), rate_per_second = coalesce($7, rate_per_second)
             WHERE ${HELD}`,
      values: [jobId, epoch, againAfter ?? null, at, progress?.done, progress?.total, progress?.ratePerSecond],
    });
    this.database.faults.reach('after the end of a job');
  }

  /** @param failed why, and how often in a row, if it counts as a try: then it waits longer each time */
  async giveBack(
    { jobId, epoch }: TakenJob,
    afterSeconds: number,
    failed?: { fault: string; tries: number },
  ): Promise<void> {
    const wait = failed ? Math.min(MOST_BACKOFF_SECONDS, 0.5 * 2 ** (failed.tries - 1)) : afterSeconds;
    await this.database.query({
      name: 'job_give_back',
      text: `UPDATE job SET status = 'PENDING', ${GIVEN_BACK}, last_error = coalesce($4, last_error),
               attempts = coalesce($5, attempts), next_attempt_at = clock_timestamp() + make_interval(secs => $3)
             WHERE ${HELD}`,
      values: [jobId, epoch, wait, failed?.fault, failed?.tries],
    });
  }

  /** After its last try, a job that comes again by itself waits for its next run. */
  async skipRun({ jobId, epoch }: TakenJob, againAfter: number, fault: string): Promise<void> {
    await this.database.query({
      name: 'job_skip_turn',
      text: `UPDATE job SET status = 'PENDING', ${GIVEN_BACK}, attempts = 0, last_error = $4,
               next_attempt_at = clock_timestamp() + make_interval(secs => $3) WHERE ${HELD}`,
      values: [jobId, epoch, againAfter, fault],
    });
  }
}

/** Drops what ended before this time. */
export async function forgetEnded(database: ModuleDatabase, before: Date): Promise<void> {
  await database.query({ text: 'DELETE FROM job WHERE ended_at < $1', values: [before] });
}

/** The last try has failed: a part of the unit of work that records it. */
export const failureOf = ({ jobId, epoch }: TakenJob, fault: string, at: Date): Statement => ({
  text: `UPDATE job SET status = 'FAILED', version = version + 1, ${GIVEN_BACK}, attempts = attempts + 1, last_error = $3,
           ended_at = $4 WHERE ${HELD} RETURNING 1`,
  values: [jobId, epoch, fault, at],
});
