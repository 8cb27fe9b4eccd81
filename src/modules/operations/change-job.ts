import { Injectable } from '@nestjs/common';
import type { Answer } from '../../platform/messaging/answer.js';
import { JobControl, JobNotChanged, TimerNotDead } from '../../platform/kernel/job-control.js';
import type { Reason } from './change-delivery.js';
import { refuseOperations } from './operations.errors.js';

/** Cancels, pauses or resumes one job, or tries a dead timer again; the module that owns it commits that. */
@Injectable()
export class ChangeJob {
  constructor(private readonly control: JobControl) {}

  /**
   * In force before this resolves: nothing more of a job that is cancelled or paused is committed behind its fence.
   * @throws NOT_FOUND, JOB_ENDED, JOB_NOT_RUNNING, JOB_NOT_PAUSED, JOB_RECURS
   */
  run(jobId: string, change: 'CANCEL' | 'PAUSE' | 'RESUME', { reason }: Reason): Promise<Answer> {
    return this.control.change(jobId, change, reason).catch((error: unknown) => {
      throw error instanceof JobNotChanged ? refusalOf(error, change) : error;
    });
  }

  /** @throws NOT_FOUND, TIMER_NOT_DEAD */
  retryTimer(timerId: string, { reason }: Reason): Promise<Answer> {
    return this.control.retryTimer(timerId, reason).catch((error: unknown) => {
      throw error instanceof TimerNotDead ? refuseOperations.TIMER_NOT_DEAD() : error;
    });
  }
}

function refusalOf({ why }: JobNotChanged, change: 'CANCEL' | 'PAUSE' | 'RESUME'): Error {
  if (why === 'RECURS') return refuseOperations.JOB_RECURS('Pause it instead.');
  if (change === 'PAUSE' && why === 'PAUSED') return refuseOperations.JOB_NOT_RUNNING('It is paused already.');
  if (why === 'PENDING' || why === 'RUNNING') return refuseOperations.JOB_NOT_PAUSED('It is under way.');
  return refuseOperations.JOB_ENDED(`It is ${why}.`);
}
