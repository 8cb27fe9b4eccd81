import type { ModuleDatabase } from '../database/module-database.js';
import type { Transaction } from '../database/transaction.js';
import type { UnitOfWork } from '../messaging/unit-of-work.js';
import type { RunningJob } from './handlers.js';
import { JOB_LOST } from '../messaging/job-lost.js';
import { fenceOf, type Progress, type StoredJobs, type TakenJob } from './stored-jobs.js';

const REPORT_EVERY_MS = 1_000;

/** A job while this process carries it out. */
export class HeldJob implements RunningJob {
  private readonly ending = new AbortController();
  private readonly since = performance.now();
  private reportedAt = -Infinity;
  /** What has been reported last, written or not. */
  latest: Progress | undefined;

  constructor(
    readonly taken: TakenJob,
    private readonly database: ModuleDatabase,
    private readonly stored: StoredJobs,
  ) {}

  get jobId(): string {
    return this.taken.jobId;
  }

  get module(): string {
    return this.database.declaration.module;
  }

  get signal(): AbortSignal {
    return this.ending.signal;
  }

  /** Whether this try has come further than the one before. */
  get gotOn(): boolean {
    return (this.latest?.done ?? 0) > (this.taken.done ?? 0);
  }

  abort(reason: Error): void {
    this.ending.abort(reason);
  }

  async progress(done: number, total: number): Promise<void> {
    const seconds = (performance.now() - this.since) / 1000;
    const rate = (done - (this.taken.done ?? 0)) / seconds;
    this.latest = { done, total, ratePerSecond: seconds > 0 && rate > 0 ? rate : null };
    if (performance.now() - this.reportedAt < REPORT_EVERY_MS && done < total) return;
    this.reportedAt = performance.now();
    await this.stored.report(this.taken, this.latest);
  }

  fence(tx: UnitOfWork): void {
    const { text, values } = fenceOf(this.taken);
    tx.statement(text, values, JOB_LOST);
  }

  fenceTransaction(transaction: Transaction): void {
    const { text, values } = fenceOf(this.taken);
    transaction.send({
      name: 'job_fence_transaction',
      text: `WITH held AS (${text}) SELECT bus.require(EXISTS (SELECT FROM held), '${JOB_LOST}')`,
      values,
    });
  }
}
