import type { Clock } from '../base/clock.js';
import type { Call } from '../base/context.js';
import { newId } from '../base/ids.js';
import { faultOf } from '../messaging/inbox.js';
import { isTransient } from '../messaging/transient-fault.js';
import { TimerSettled } from '../messaging/work.js';
import type { JobMetrics } from '../telemetry/job-metrics.js';
import type { Log } from '../telemetry/log.js';
import type { ModuleRegistration } from './registrations.js';
import type { ClaimedTimer, StoredTimers } from './stored-timers.js';

const CLAIM = 100;

/** Fires the timers of one module that are due, one after the other, the longest due first. */
export class TimerRunner {
  private stopped = false;
  private firing: Promise<void> | undefined;

  constructor(
    private readonly registration: ModuleRegistration,
    private readonly stored: StoredTimers,
    private readonly clock: Clock,
    private readonly metrics: JobMetrics,
    private readonly log: Log,
    /** Called when all that was due has fired. */
    private readonly done: () => void,
  ) {}

  private get module(): string {
    return this.registration.database.declaration.module;
  }

  get names(): string[] {
    return this.registration.timers.map(({ name }) => name);
  }

  get isFiring(): boolean {
    return this.firing !== undefined;
  }

  /** Sets to work, beside whatever else the module has to do. */
  begin(evenIfClaimed: boolean): void {
    if (this.stopped || this.firing || this.names.length === 0) return;
    this.firing = this.fireDue(evenIfClaimed)
      .catch((error: unknown) => {
        this.log.fault(`Timers of ${this.module} failed and are retried.`, error as Error);
      })
      .finally(() => {
        this.firing = undefined;
        this.done();
      });
  }

  /** Ends after the one that is firing; the others are let go. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.firing;
  }

  private async fireDue(evenIfClaimed: boolean): Promise<void> {
    for (let even = evenIfClaimed; ; even = false) {
      const due = await this.stored.claim(this.names, this.clock.now(), CLAIM, even);
      for (const timer of due) {
        if (this.hasStopped()) return this.stored.release();
        await this.fire(timer);
      }
      if (due.length < CLAIM) return;
    }
  }

  private hasStopped(): boolean {
    return this.stopped;
  }

  private async fire(timer: ClaimedTimer): Promise<void> {
    const registered = this.registration.timers.find(({ name }) => name === timer.name);
    if (!registered) return;
    const { key, firesAt, input } = timer;
    try {
      const call = fireCall(`${this.module}.${timer.name}`, timer);
      await this.registration.work.fire(timer, call, (tx) => registered.handler.fire({ key, firesAt, input }, tx));
      this.metrics.fired(this.module, timer.name);
    } catch (error) {
      if (error instanceof TimerSettled) return;
      const fault = isTransient(error) ? undefined : faultOf(error);
      if (fault) this.log.fault(`The timer ${this.module}.${timer.name} could not fire.`, error as Error);
      const dead = await this.stored.failed(timer, this.clock.now(), registered.attempts, fault);
      if (dead) this.metrics.timerDied(this.module, timer.name);
    }
  }
}

/** The system acts, because a time has come, in the timer's name. */
const fireCall = (name: string, { correlationId, causationId, traceContext }: ClaimedTimer): Call => ({
  actor: { actorId: `system:${name}`, roles: ['SYSTEM'], clearance: 'RESTRICTED' },
  correlationId,
  commandId: newId('cmd'),
  causationId,
  ...(traceContext && { traceparent: traceContext }),
  policyDecision: { policyDecisionId: newId('pdp'), policies: [`timer ${name}`], role: 'SYSTEM' },
});
