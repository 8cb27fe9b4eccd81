import type { Clock } from '../base/clock.js';
import { withCall, type AskedBy } from '../base/context.js';
import { newId } from '../base/ids.js';
import { faultOf } from '../messaging/inbox.js';
import { asHandler } from '../messaging/asking.js';
import { isTransient } from '../messaging/transient-fault.js';
import type { JobMetrics } from '../telemetry/job-metrics.js';
import type { Log } from '../telemetry/log.js';
import { HeldJob } from './held-job.js';
import { JobImpossible, JobLost, isJobLost } from '../messaging/job-lost.js';
import type { JobRegistration, ModuleRegistration } from './registrations.js';
import { failureOf, type StoredJobs, type TakenJob } from './stored-jobs.js';

/** Jobs of one name that a process carries out at once; further ones wait, the longest due first. */
const CONCURRENCY = 4;
/** After a fault of the database or the network, which is not the job's. */
const TRANSIENT_PAUSE_SECONDS = 1;

/** Carries out the jobs of one module that this process has taken. */
export class JobRunner {
  private readonly running = new Map<string, { job: HeldJob; ended: Promise<void> }>();
  private stopped = false;

  constructor(
    private readonly registration: ModuleRegistration,
    private readonly stored: StoredJobs,
    private readonly clock: Clock,
    private readonly metrics: JobMetrics,
    private readonly log: Log,
    /** Called when there is room again. */
    private readonly freed: () => void,
  ) {}

  private get module(): string {
    return this.registration.database.declaration.module;
  }

  get runningIds(): string[] {
    return [...this.running.keys()];
  }

  /** Names of jobs of which this process could carry out more, and how many. */
  get room(): ReadonlyMap<string, number> {
    const count = (name: string): number =>
      [...this.running.values()].filter(({ job }) => job.taken.name === name).length;
    return new Map(
      this.registration.jobs
        .map(({ name }) => [name, CONCURRENCY - count(name)] as const)
        .filter(([, room]) => room > 0),
    );
  }

  /** Jobs that come again by themselves are there from the first start on, and begin at once. */
  async ensureRecurring(): Promise<void> {
    for (const { name, every_seconds: every } of this.registration.jobs)
      if (every !== undefined)
        await this.stored.ensure(name, systemCall(`${this.module}.${name}`), newId('job'), this.clock.now());
  }

  async take(evenIfHeld: boolean): Promise<void> {
    if (this.stopped || this.room.size === 0) return;
    for (const taken of await this.stored.take(this.room, this.runningIds, evenIfHeld)) {
      const registered = this.registration.jobs.find(({ name }) => name === taken.name);
      if (registered) this.begin(taken, registered);
    }
  }

  /** Keeps what runs, and aborts what was cancelled, paused or taken over. */
  async renew(): Promise<void> {
    if (this.running.size === 0) return;
    const held = [...this.running.values()].map(({ job }) => job.taken);
    for (const jobId of await this.stored.renew(held)) this.running.get(jobId)?.job.abort(new JobLost());
  }

  /** Resolves when everything that runs has been told to stop and has given its job back. */
  async stop(): Promise<void> {
    this.stopped = true;
    for (const { job } of this.running.values()) job.abort(new Error('The process stops.'));
    await Promise.all([...this.running.values()].map(({ ended }) => ended));
  }

  private begin(taken: TakenJob, registered: JobRegistration): void {
    const job = new HeldJob(taken, this.registration.database, this.stored);
    this.metrics.began(this.module, taken.name);
    const ended = withCall(callOf(taken.askedBy), () => this.carryOut(job, registered))
      .catch((error: unknown) => {
        this.log.fault(`The job ${this.module}.${taken.name} could not be given back.`, error as Error);
      })
      .finally(() => {
        this.metrics.ended(this.module, taken.name);
        this.running.delete(taken.jobId);
        this.freed();
      });
    this.running.set(taken.jobId, { job, ended });
    if (this.stopped) job.abort(new Error('The process stops.'));
  }

  private async carryOut(job: HeldJob, registered: JobRegistration): Promise<void> {
    const { taken, signal } = job;
    try {
      await asHandler(this.module, taken.name, () => registered.handler.run(taken.input, job));
      // What was done when the signal came is found out by calling it again.
      if (signal.aborted) await this.stored.giveBack(taken, 0);
      else await this.stored.complete(taken, this.clock.now(), job.latest, registered.every_seconds);
    } catch (error) {
      if (isJobLost(error)) return;
      if (signal.aborted || isTransient(error))
        await this.stored.giveBack(taken, signal.aborted ? 0 : TRANSIENT_PAUSE_SECONDS);
      else await this.failed(job, registered, error as Error);
    }
  }

  private async failed(job: HeldJob, registered: JobRegistration, error: Error): Promise<void> {
    const { taken } = job;
    const { name, attempts, every_seconds: every } = registered;
    const tries = (job.gotOn ? 0 : taken.attempts) + 1;
    this.log.fault(`The job ${this.module}.${name} has failed (try ${tries} of ${attempts}).`, error);
    const isImpossible = error instanceof JobImpossible;
    const fault = isImpossible ? error.message : faultOf(error);
    if (tries < attempts && !isImpossible) {
      await this.stored.giveBack(taken, 0, { fault, tries });
      return;
    }
    this.metrics.failed(this.module, name);
    if (every !== undefined) await this.stored.skipRun(taken, every, fault);
    else
      await this.giveUp(taken, registered, fault).catch(async (reason: unknown) => {
        if (isJobLost(reason)) return;
        // Unless it can say so everywhere, it has not ended: it is tried once more, later each time.
        this.log.fault(`The job ${this.module}.${name} could not be given up.`, reason as Error);
        await this.stored.giveBack(taken, 0, { fault: faultOf(reason), tries });
      });
  }

  private async giveUp(taken: TakenJob, { handler }: JobRegistration, fault: string): Promise<void> {
    const { jobId, name, input } = taken;
    await this.registration.work.run(async (tx) => {
      const { text, values } = failureOf(taken, fault, tx.occurredAt);
      tx.statement(text, values, 'JOB_LOST');
      await handler.ended?.(input, 'FAILED', tx);
      const subject = { jobId, job: `${this.module}.${name}` };
      tx.audit({
        eventType: 'JobFailedAudit',
        action: 'FAIL_JOB',
        subject,
        beforeState: 'RUNNING',
        afterState: 'FAILED',
      });
      return { body: {} };
    });
  }
}

const callOf = (askedBy: AskedBy): AskedBy => ({ ...askedBy, commandId: newId('cmd'), causationId: askedBy.commandId });

/** Nobody's command: what the application does by itself. @param name `<module>.<job or timer>` */
export function systemCall(name: string): AskedBy {
  const commandId = newId('cmd');
  return {
    actor: { actorId: `system:${name}`, roles: ['SYSTEM'], clearance: 'RESTRICTED' },
    correlationId: newId('corr'),
    commandId,
    causationId: commandId,
    policyDecision: { policyDecisionId: newId('pdp'), policies: [name], role: 'SYSTEM' },
  };
}
