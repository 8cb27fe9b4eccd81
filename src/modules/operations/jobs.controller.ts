import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import type { Page } from '../../platform/http/page.js';
import { PathId, PathPart } from '../../platform/http/path-part.js';
import { TIMER_ID, type StoredTimer } from '../../platform/jobs/stored-timer.js';
import type { Answer } from '../../platform/messaging/answer.js';
import { Allow } from '../../platform/policy/policy.js';
import { Reason } from './change-delivery.js';
import { ChangeJob } from './change-job.js';
import { operationsPolicies } from './operations.policies.js';
import { JobQuery, TimerQuery, WatchJobs, type JobView } from './watch-jobs.js';

@Controller('operations')
export class JobsController {
  constructor(
    private readonly watch: WatchJobs,
    private readonly changeJob: ChangeJob,
  ) {}

  /** The background jobs of every module. Filter them by status. */
  @Get('jobs')
  @Allow(operationsPolicies.listJobs)
  jobs(@Query() query: JobQuery): Promise<Page<JobView>> {
    return this.watch.jobs(query);
  }

  /** One background job. How far it is, how fast, and how long it will take. */
  @Get('jobs/:jobId')
  @Allow(operationsPolicies.readJob)
  job(@PathId('jobId', 'job') jobId: string): Promise<JobView> {
    return this.watch.job(jobId);
  }

  /** Cancels a job. What it has committed stays. */
  @Post('jobs/:jobId/cancellation')
  @HttpCode(200)
  @Allow(operationsPolicies.cancelJob)
  cancel(@PathId('jobId', 'job') jobId: string, @Body() body: Reason): Promise<Answer> {
    return this.changeJob.run(jobId, 'CANCEL', body);
  }

  /** Pauses a job. It goes on where it was when it is resumed. */
  @Post('jobs/:jobId/pause')
  @HttpCode(200)
  @Allow(operationsPolicies.pauseJob)
  pause(@PathId('jobId', 'job') jobId: string, @Body() body: Reason): Promise<Answer> {
    return this.changeJob.run(jobId, 'PAUSE', body);
  }

  /** Resumes a paused job. */
  @Post('jobs/:jobId/resume')
  @HttpCode(200)
  @Allow(operationsPolicies.resumeJob)
  resume(@PathId('jobId', 'job') jobId: string, @Body() body: Reason): Promise<Answer> {
    return this.changeJob.run(jobId, 'RESUME', body);
  }

  /** The timers of every module. A dead one has failed at its last attempt. */
  @Get('timers')
  @Allow(operationsPolicies.listTimers)
  timers(@Query() query: TimerQuery): Promise<Page<StoredTimer>> {
    return this.watch.timers(query);
  }

  /** Fires a dead timer once more. */
  @Post('timers/:timerId/retry')
  @HttpCode(200)
  @Allow(operationsPolicies.retryTimer)
  retry(@PathPart('timerId', TIMER_ID) timerId: string, @Body() body: Reason): Promise<Answer> {
    return this.changeJob.retryTimer(timerId, body);
  }
}
