import { Injectable } from '@nestjs/common';
import { IsIn, IsOptional, IsString, Length } from 'class-validator';
import { cursorOf, pageOf, PageQuery, rowsToRead, type Page } from '../../platform/http/page.js';
import { JobControl } from '../../platform/kernel/job-control.js';
import type { JobStatus, StoredJob } from '../../platform/jobs/stored-job.js';
import type { StoredTimer } from '../../platform/jobs/stored-timer.js';

type ShownStatus = Exclude<JobStatus, 'PENDING'>;

/** To those who wait for a job, one that waits for its turn or its next try is under way. */
const STATUSES: Readonly<Record<ShownStatus, readonly JobStatus[]>> = {
  RUNNING: ['PENDING', 'RUNNING'],
  PAUSED: ['PAUSED'],
  COMPLETED: ['COMPLETED'],
  FAILED: ['FAILED'],
  CANCELLED: ['CANCELLED'],
};

class BackgroundQuery extends PageQuery {
  /** Of this module alone. */
  @IsOptional()
  @IsString()
  @Length(1, 100)
  module?: string;

  /** Of this name alone, such as carry-out-import. */
  @IsOptional()
  @IsString()
  @Length(1, 100)
  name?: string;
}

export class JobQuery extends BackgroundQuery {
  /** Jobs that stand so now. */
  @IsOptional()
  @IsIn(Object.keys(STATUSES))
  status?: ShownStatus;
}

export class TimerQuery extends BackgroundQuery {
  /** DEAD: its last try has failed. */
  @IsOptional()
  @IsIn(['SET', 'DEAD'])
  status?: 'SET' | 'DEAD';
}

export interface JobView {
  jobId: string;
  module: string;
  name: string;
  key: string;
  status: ShownStatus;
  done: number | null;
  total: number | null;
  /** While it is under way and something is known of it. */
  ratePerSecond?: number;
  secondsLeft?: number;
  attempts: number;
  /** By the database's clock, while it waits for its turn or its next try. */
  nextAttemptAt?: Date;
  /** Of the last try that failed: its kind and where it arose, or what is to be mended before another try. */
  lastError?: string;
  startedBy: string;
  reason: string | null;
  /** Who cancelled, paused or resumed it last, and why. */
  changedBy?: string;
  changeReason?: string;
  createdAt: Date;
  endedAt: Date | null;
  version: number;
}

/** The state of jobs and timers, whichever module they belong to. */
@Injectable()
export class WatchJobs {
  constructor(private readonly control: JobControl) {}

  /** The latest first. */
  async jobs(query: JobQuery): Promise<Page<JobView>> {
    const [before] = cursorOf(query, 1) ?? [];
    const { module, name, status } = query;
    const jobs = await this.control.list({
      ...(module !== undefined && { module }),
      ...(name !== undefined && { name }),
      ...(status !== undefined && { statuses: STATUSES[status] }),
      ...(before !== undefined && { before }),
      limit: rowsToRead(query),
    });
    return pageOf(jobs.map(viewOf), query, ({ jobId }) => [jobId]);
  }

  /** @throws NOT_FOUND */
  async job(jobId: string): Promise<JobView> {
    return viewOf(await this.control.one(jobId));
  }

  /** In the order of their times. */
  async timers(query: TimerQuery): Promise<Page<StoredTimer>> {
    const [firesAt, timerId] = cursorOf(query, 2) ?? [];
    const { module, name, status } = query;
    const timers = await this.control.timers({
      ...(module !== undefined && { module }),
      ...(name !== undefined && { name }),
      ...(status !== undefined && { dead: status === 'DEAD' }),
      ...(firesAt !== undefined && timerId !== undefined && { after: { firesAt, timerId } }),
      limit: rowsToRead(query),
    });
    return pageOf(timers, query, (timer) => [timer.firesAt, timer.timerId]);
  }
}

function viewOf(job: StoredJob): JobView {
  const { jobId, module, name, key, done, total, attempts, startedBy, reason, createdAt, endedAt, version } = job;
  const { ratePerSecond: rate, nextAttemptAt, lastError, changedBy, changeReason } = job;
  const status = job.status === 'PENDING' ? 'RUNNING' : job.status;
  const isMoving = job.status === 'RUNNING' && rate !== null && rate > 0;
  return {
    jobId,
    module,
    name,
    key,
    status,
    done,
    total,
    ...(isMoving && { ratePerSecond: Math.round(rate * 100) / 100 }),
    ...(isMoving && done !== null && total !== null && { secondsLeft: Math.ceil(Math.max(0, total - done) / rate) }),
    attempts,
    ...(job.status === 'PENDING' && { nextAttemptAt }),
    ...(lastError !== null && { lastError }),
    startedBy,
    reason,
    ...(changedBy !== null && { changedBy }),
    ...(changeReason !== null && { changeReason }),
    createdAt,
    endedAt,
    version,
  };
}
