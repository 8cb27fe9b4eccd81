import type { Clock } from '../base/clock.js';
import { Signal } from '../messaging/signal.js';
import type { JobMetrics } from '../telemetry/job-metrics.js';
import type { Log } from '../telemetry/log.js';
import { JobRunner } from './job-runner.js';
import type { ModuleRegistration } from './registrations.js';
import { StoredJobs } from './stored-jobs.js';
import { StoredTimers } from './stored-timers.js';
import { TimerRunner } from './timer-runner.js';

/** How often to poll without a notification: for what another process left or set. */
const IDLE_MS = 1_000;
const RENEW_MS = 3_000;
/** Something is due but another process is about to take it. */
const SHORTEST_MS = 50;

interface Next {
  /** Milliseconds until the first job is due, or its lease ends; null when there is none. */
  jobMs: number | null;
  /** The same for timers; below zero for how long the longest due has waited. */
  timerMs: number | null;
}

/** Runs the jobs and timers of one module, from start to stop: one poll of the database when it is idle. */
export class ModuleBackground {
  private readonly woken = new Signal();
  private readonly stored: StoredJobs;
  private readonly storedTimers: StoredTimers;
  private readonly jobs: JobRunner;
  private readonly timers: TimerRunner;
  private renewedAt = 0;
  private stopped = false;
  private looping: Promise<void> | undefined;

  constructor(
    private readonly registration: ModuleRegistration,
    private readonly clock: Clock,
    private readonly metrics: JobMetrics,
    private readonly log: Log,
    private readonly holder: string,
    /** Nobody else uses this database: what is held at the start is held by nobody. */
    private readonly alone: boolean,
  ) {
    const wake = (): void => {
      this.woken.raise();
    };
    this.stored = new StoredJobs(registration.database, holder);
    this.storedTimers = new StoredTimers(registration.database, holder);
    this.jobs = new JobRunner(registration, this.stored, clock, metrics, log, wake);
    this.timers = new TimerRunner(registration, this.storedTimers, clock, metrics, log, wake);
  }

  private get module(): string {
    return this.registration.database.declaration.module;
  }

  start(): void {
    this.looping = this.loop();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.woken.raise();
    await this.looping;
    await Promise.all([this.jobs.stop(), this.timers.stop()]);
  }

  /** Something was committed here whose time is this, by the application's clock. */
  scheduled(next: Date): void {
    if (next.getTime() - this.clock.now().getTime() < IDLE_MS) this.woken.raise();
  }

  /** Polls at once: jobs and timers may have changed elsewhere, or the clock here. */
  poll(): void {
    this.renewedAt = 0;
    this.woken.raise();
  }

  private async loop(): Promise<void> {
    let isFirst = true;
    while (!this.hasStopped()) {
      let wait = IDLE_MS;
      try {
        if (isFirst) await this.begin();
        isFirst = false;
        wait = await this.runDue();
      } catch (error) {
        this.log.fault(`Jobs and timers of ${this.module} could not be polled.`, error as Error);
      }
      if (!this.hasStopped()) await this.woken.next(wait);
    }
  }

  private hasStopped(): boolean {
    return this.stopped;
  }

  /** Alone on its database, a process that starts knows that whoever held something is gone. */
  private async begin(): Promise<void> {
    await this.jobs.ensureRecurring();
    await this.jobs.take(this.alone);
    this.timers.begin(this.alone);
  }

  /** @returns milliseconds until the next poll */
  private async runDue(): Promise<number> {
    if (performance.now() - this.renewedAt > RENEW_MS || this.renewedAt === 0) {
      await this.jobs.renew();
      this.renewedAt = performance.now();
    }
    const { jobMs, timerMs } = await this.next();
    if (timerMs !== null && !this.timers.isFiring) this.metrics.oldestDue(this.module, Math.max(0, -timerMs / 1000));
    if (timerMs === null) this.metrics.oldestDue(this.module, 0);
    if (jobMs !== null && jobMs <= 0) await this.jobs.take(false);
    if (timerMs !== null && timerMs <= 0) this.timers.begin(false);
    // Timers that are firing say so when they are through.
    const timerWait = this.timers.isFiring ? IDLE_MS : (timerMs ?? IDLE_MS);
    return Math.max(SHORTEST_MS, Math.min(IDLE_MS, jobMs ?? IDLE_MS, timerWait));
  }

  private async next(): Promise<Next> {
    const [row] = await this.registration.database.query<Next>({
      name: 'background_next',
      text: `SELECT (
               SELECT least(60000, 1000 * extract(epoch FROM min(
                 CASE WHEN status = 'PENDING' THEN next_attempt_at WHEN holder = $3 THEN 'epoch'::timestamptz ELSE lease_until END
               ) - clock_timestamp()))::float8
               FROM job WHERE status IN ('PENDING', 'RUNNING') AND name = ANY ($1) AND job_id <> ALL ($2)) AS "jobMs",
             (SELECT least(60000, 1000 * extract(epoch FROM due_at - $4::timestamptz))::float8
               FROM timer WHERE dead_at IS NULL AND name = ANY ($5)
                 AND (claimed_until IS NULL OR claimed_until < clock_timestamp()) ORDER BY due_at LIMIT 1) AS "timerMs"`,
      values: [[...this.jobs.room.keys()], this.jobs.runningIds, this.holder, this.clock.now(), this.timers.names],
    });
    return row ?? { jobMs: null, timerMs: null };
  }
}
