import { Shared } from '../base/shared.js';
import { currentCall } from '../base/context.js';
import { Kernel } from './kernel.js';
import type { Answer } from '../messaging/answer.js';
import { refuse } from '../base/refusal.js';
import type { ModuleRegistration } from '../jobs/registrations.js';
import { TIMER_COLUMNS, TIMER_ID, type StoredTimer } from '../jobs/stored-timer.js';
import { JOB_COLUMNS, type JobStatus, type StoredJob } from '../jobs/stored-job.js';

/** Which jobs are asked for; absent ones count for nothing. */
export interface JobFilter {
  module?: string;
  name?: string;
  statuses?: readonly JobStatus[];
  /** Those that were started before this one. */
  before?: string;
  limit: number;
}

/** Which timers are asked for. */
export interface TimerFilter {
  module?: string;
  name?: string;
  dead?: boolean;
  after?: Pick<StoredTimer, 'firesAt' | 'timerId'>;
  limit: number;
}

type Change = 'CANCEL' | 'PAUSE' | 'RESUME';

const CHANGES = {
  CANCEL: { from: ['PENDING', 'RUNNING', 'PAUSED'], to: 'CANCELLED', event: 'JobCancelledAudit' },
  PAUSE: { from: ['PENDING', 'RUNNING'], to: 'PAUSED', event: 'JobPausedAudit' },
  RESUME: { from: ['PAUSED'], to: 'PENDING', event: 'JobResumedAudit' },
} as const;

/** The job stays as it is: it is in a state in which that cannot be done, or it comes again by itself. */
export class JobNotChanged extends Error {
  constructor(readonly why: JobStatus | 'GONE' | 'RECURS') {
    super(`The job cannot be changed (${why}).`);
  }
}

/** There is nothing to retry: the timer has fired, or was set or moved meanwhile. */
export class TimerNotDead extends Error {}

/** What those who run the system may see and do about jobs, whichever module they belong to. */
@Shared()
export class JobControl {
  constructor(private readonly kernel: Kernel) {}

  /** The latest first. */
  async list({ module, name, statuses, before, limit }: JobFilter): Promise<StoredJob[]> {
    const found = await Promise.all(
      this.modules(module).map(({ database }) =>
        database.query<StoredJob>({
          name: 'jobs_of_module',
          text: `SELECT ${JOB_COLUMNS}, $1 AS module FROM job
                 WHERE ($2::text IS NULL OR name = $2) AND ($3::text[] IS NULL OR status = ANY ($3))
                   AND ($4::text IS NULL OR job_id < $4) ORDER BY job_id DESC LIMIT $5`,
          values: [database.declaration.module, name, statuses, before, limit],
        }),
      ),
    );
    return found
      .flat()
      .sort((a, b) => (a.jobId < b.jobId ? 1 : -1))
      .slice(0, limit);
  }

  /** @throws NOT_FOUND */
  async one(jobId: string): Promise<StoredJob> {
    return (await this.find(jobId)).job;
  }

  /**
   * In force before this resolves: once a job is cancelled or paused, nothing behind its fence is committed any more.
   * Its own module commits it, together with the audit event, so that no other writes its jobs.
   * @throws NOT_FOUND; JobNotChanged when it has ended, is not in a state for this, or comes again by itself
   */
  async change(jobId: string, change: Change, reason: string): Promise<Answer> {
    const { job, registration } = await this.find(jobId);
    const { database, work, jobs } = registration;
    const registered = jobs.find(({ name }) => name === job.name);
    if (change === 'CANCEL' && registered?.every_seconds !== undefined) throw new JobNotChanged('RECURS');
    const { from, to, event } = CHANGES[change];
    const { actorId } = currentCall().actor;
    const answer = await work.answering(() =>
      work.run(async (tx) => {
        const [now] = await tx.query<{ status: JobStatus }>({
          text: 'SELECT status FROM job WHERE job_id = $1',
          values: [jobId],
        });
        if (!now || !(from as readonly JobStatus[]).includes(now.status))
          throw new JobNotChanged(now?.status ?? 'GONE');
        tx.statement(
          `UPDATE job SET status = $2, version = version + 1, holder = NULL, lease_until = NULL, changed_by = $3,
             change_reason = $4, next_attempt_at = clock_timestamp(), ended_at = $5
           WHERE job_id = $1 AND status = $6 RETURNING 1`,
          [jobId, to, actorId, reason, to === 'CANCELLED' ? tx.occurredAt : null, now.status],
          'VERSION_MISMATCH',
        );
        if (to === 'CANCELLED') await registered?.handler.ended?.(job.input, 'CANCELLED', tx);
        const subject = { jobId, job: `${database.declaration.module}.${job.name}` };
        tx.audit({ eventType: event, action: `${change}_JOB`, subject, beforeState: now.status, afterState: to });
        return { body: { jobId, status: to, reason } };
      }),
    );
    this.kernel.jobs.changed(database.declaration.module);
    return answer;
  }

  /** In the order of their times. */
  async timers({ module, name, dead, after, limit }: TimerFilter): Promise<StoredTimer[]> {
    const found = await Promise.all(
      this.modules(module).map(({ database }) =>
        database.query<StoredTimer>({
          name: 'timers_of_module',
          text: `SELECT ${TIMER_COLUMNS} FROM timer
                 WHERE ($2::text IS NULL OR name = $2) AND ($3::boolean IS NULL OR (dead_at IS NOT NULL) = $3)
                   AND ($4::timestamptz IS NULL OR (fires_at, ($1 || '.' || name || ':' || key) COLLATE "C") > ($4, $5))
                 ORDER BY fires_at, ($1 || '.' || name || ':' || key) COLLATE "C" LIMIT $6`,
          values: [database.declaration.module, name, dead, after?.firesAt, after?.timerId, limit],
        }),
      ),
    );
    const placeOf = ({ firesAt, timerId }: StoredTimer): string => `${firesAt} ${timerId}`;
    return found
      .flat()
      .sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1))
      .slice(0, limit);
  }

  /**
   * Lets a dead timer be tried as often again. Its own module commits that.
   * @throws NOT_FOUND when no module has such timers; TimerNotDead
   */
  async retryTimer(timerId: string, reason: string): Promise<Answer> {
    const [, module = '', name = '', key = ''] = TIMER_ID.exec(timerId) ?? [];
    const [found] = this.modules(module).filter(({ timers }) => timers.some((timer) => timer.name === name));
    if (!found) throw refuse.NOT_FOUND();
    const answer = await found.work.answering(() =>
      found.work.run(async (tx) => {
        const text = 'SELECT FROM timer WHERE name = $1 AND key = $2 AND dead_at IS NOT NULL';
        if ((await tx.query({ text, values: [name, key] })).length === 0) throw new TimerNotDead();
        tx.statement(
          `UPDATE timer SET dead_at = NULL, attempts = 0, due_at = fires_at, revision = revision + 1
           WHERE name = $1 AND key = $2 AND dead_at IS NOT NULL RETURNING 1`,
          [name, key],
          'VERSION_MISMATCH',
        );
        const subject = { timer: `${module}.${name}`, key };
        tx.audit({
          eventType: 'TimerRetriedAudit',
          action: 'RETRY_TIMER',
          subject,
          beforeState: 'DEAD',
          afterState: 'SET',
        });
        return { body: { timerId, status: 'SET', reason } };
      }),
    );
    this.kernel.jobs.changed(module);
    return answer;
  }

  private async find(jobId: string): Promise<{ job: StoredJob; registration: ModuleRegistration }> {
    const found = await Promise.all(
      this.modules().map(async (registration) => {
        const { database } = registration;
        const [job] = await database.query<StoredJob>({
          name: 'job_by_id',
          text: `SELECT ${JOB_COLUMNS}, $2 AS module FROM job WHERE job_id = $1`,
          values: [jobId, database.declaration.module],
        });
        return job && { job, registration };
      }),
    );
    const [first] = found.filter((each) => each !== undefined);
    if (!first) throw refuse.NOT_FOUND();
    return first;
  }

  private modules(only?: string): readonly ModuleRegistration[] {
    const { registrations } = this.kernel.jobs;
    return registrations.filter(({ database }) => only === undefined || database.declaration.module === only);
  }
}
