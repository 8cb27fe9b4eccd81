import type { AskedBy } from '../base/context.js';
import { newId } from '../base/ids.js';
import type { CommitStatement } from './commit-statement.js';
import type { Declaration } from '../ownership/declaration.js';
import { jobsOf } from '../ownership/declared-jobs.js';

export interface JobToStart {
  /** Among the jobs of one name that have not ended, there is one a key. A job without a key stands for itself. */
  key?: string;
  /** Never personal or sensitive text, nor more than ids and figures: it is kept as long as the job is shown. */
  input: object;
  /** How much there is to do, if that is known. */
  total?: number;
  /** Why, in the words of whoever asked for it. */
  reason?: string;
}

export interface TimerToSet {
  /** What it is for: there is one timer of a name and key. */
  key: string;
  /** By the application's clock. */
  firesAt: Date;
  input?: object;
}

/** The timer whose firing a unit of work is. */
export interface Firing {
  readonly name: string;
  readonly key: string;
  readonly revision: string;
}

export const TIMER_SETTLED = 'TIMER_SETTLED';

type Change = 'set' | 'move' | 'withdraw' | 'withdraw if set';

interface StagedTimer {
  name: string;
  key: string;
  change: Change;
  firesAt: Date;
  input: object | undefined;
}

const MOVED = `revision = timer.revision + 1, attempts = 0, last_error = NULL, dead_at = NULL, claimed_by = NULL, claimed_until = NULL`;

/** The jobs that a unit of work starts and the timers that it sets, moves and withdraws. */
export class StagedBackground {
  private readonly jobs: (JobToStart & { jobId: string; name: string })[] = [];
  /** The last word on each timer. */
  private readonly timers = new Map<string, StagedTimer>();

  constructor(
    private readonly declaration: Declaration,
    private readonly askedBy: AskedBy,
    private readonly at: Date,
    private readonly firing?: Firing,
  ) {}

  get isEmpty(): boolean {
    return this.jobs.length === 0 && this.timers.size === 0;
  }

  /** Until when nothing of this is to be done, by the application's clock. */
  get notBefore(): Date | undefined {
    if (this.jobs.length > 0) return this.at;
    const times = [...this.timers.values()].filter(({ change }) => change === 'set' || change === 'move');
    return times.length > 0 ? new Date(Math.min(...times.map(({ firesAt }) => firesAt.getTime()))) : undefined;
  }

  start(name: string, job: JobToStart): string {
    if (!(name in jobsOf(this.declaration)))
      throw new Error(`${this.declaration.module} does not declare the job ${name}.`);
    const jobId = newId('job');
    this.jobs.push({ jobId, name, ...job });
    return jobId;
  }

  change(change: Change, name: string, { key, firesAt, input }: TimerToSet): void {
    if (!(name in this.declaration.timers))
      throw new Error(`${this.declaration.module} does not declare the timer ${name}.`);
    this.timers.set(`${name} ${key}`, { name, key, change, firesAt, input });
  }

  addTo(statement: CommitStatement): void {
    // First, so that its refusal comes first: a timer that was moved meanwhile must not fire, whatever else changed.
    if (this.firing) this.settle(statement, this.firing);
    for (const job of this.jobs) this.insert(statement, job);
    for (const timer of this.timers.values()) if (!this.isFiring(timer)) this.alter(statement, timer);
  }

  private isFiring({ name, key }: StagedTimer): boolean {
    return this.firing?.name === name && this.firing.key === key;
  }

  /** A timer that fires is gone, or set again: one statement cannot touch a row twice. */
  private settle(statement: CommitStatement, { name, key, revision }: Firing): void {
    const again = [...this.timers.values()].find((timer) => this.isFiring(timer));
    const isThis = 'name = $1 AND key = $2 AND revision = $3 AND dead_at IS NULL RETURNING 1';
    if (again && !again.change.startsWith('withdraw'))
      statement.statement(
        `UPDATE timer SET fires_at = $4, due_at = $4, input = coalesce($5, input), ${MOVED} WHERE ${isThis}`,
        [name, key, revision, again.firesAt, again.input && JSON.stringify(again.input)],
        TIMER_SETTLED,
      );
    else statement.statement(`DELETE FROM timer WHERE ${isThis}`, [name, key, revision], TIMER_SETTLED);
  }

  private insert(statement: CommitStatement, job: (typeof this.jobs)[number]): void {
    const { jobId, name, key = jobId, input, total = null, reason = null } = job;
    statement.statement(
      `INSERT INTO job (job_id, name, key, status, input, asked_by, reason, total, created_at)
       VALUES ($1, $2, $3, 'PENDING', $4, $5, $6, $7, $8)
       ON CONFLICT (name, key) WHERE status IN ('PENDING', 'RUNNING', 'PAUSED') DO NOTHING RETURNING 1`,
      [jobId, name, key, JSON.stringify(input), JSON.stringify(this.askedBy), reason, total, this.at],
      'JOB_ALREADY_RUNNING',
    );
  }

  private alter(statement: CommitStatement, { name, key, change, firesAt, input }: StagedTimer): void {
    const code = change === 'move' || change === 'withdraw' ? 'TIMER_GONE' : undefined;
    const content = input && JSON.stringify(input);
    const { correlationId, commandId, traceparent = null } = this.askedBy;
    if (change === 'set')
      statement.statement(
        `INSERT INTO timer (name, key, fires_at, due_at, input, correlation_id, causation_id, trace_context)
         VALUES ($1, $2, $3, $3, coalesce($4::jsonb, '{}'), $5, $6, $7)
         ON CONFLICT (name, key) DO UPDATE SET fires_at = excluded.fires_at, due_at = excluded.due_at, input = excluded.input,
           correlation_id = excluded.correlation_id, causation_id = excluded.causation_id,
           trace_context = excluded.trace_context, ${MOVED}`,
        [name, key, firesAt, content, correlationId, commandId, traceparent],
      );
    else if (change === 'move')
      statement.statement(
        `UPDATE timer SET fires_at = $3, due_at = $3, input = coalesce($4, input), ${MOVED}
         WHERE name = $1 AND key = $2 RETURNING 1`,
        [name, key, firesAt, content],
        code,
      );
    else statement.statement('DELETE FROM timer WHERE name = $1 AND key = $2 RETURNING 1', [name, key], code);
  }
}
