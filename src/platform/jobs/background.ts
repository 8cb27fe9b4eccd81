import { randomUUID } from 'node:crypto';
import type { Clock } from '../base/clock.js';
import type { JobMetrics } from '../telemetry/job-metrics.js';
import type { Log } from '../telemetry/log.js';
import { ModuleBackground } from './module-background.js';
import type { ModuleRegistration } from './registrations.js';
import { forgetEnded } from './stored-jobs.js';

const KEPT_MS = 90 * 86_400_000;

/** Carries out the jobs and fires the timers of every module of this process, from start to stop. */
export class Background {
  private readonly modules = new Map<string, ModuleBackground>();

  constructor(
    readonly registrations: readonly ModuleRegistration[],
    private readonly clock: Clock,
    metrics: JobMetrics,
    private readonly log: Log,
    alone: boolean,
    /** Notifies the other replicas that they would find something by polling. */
    private readonly notify: () => void,
  ) {
    const holder = randomUUID();
    for (const registration of registrations) {
      // A module that declares neither has no reason to ask its database anything.
      if (registration.jobs.length + registration.timers.length === 0) continue;
      const { module } = registration.database.declaration;
      this.modules.set(module, new ModuleBackground(registration, clock, metrics, log, holder, alone));
    }
  }

  start(): void {
    for (const module of this.modules.values()) module.start();
  }

  /** Ends after what is under way has stopped and given its jobs back. */
  async stop(): Promise<void> {
    await Promise.all([...this.modules.values()].map((module) => module.stop()));
  }

  /** Something was committed here whose time is this. */
  scheduled(module: string, next: Date): void {
    this.modules.get(module)?.scheduled(next);
  }

  /** A job was cancelled, paused or resumed here. */
  changed(module: string): void {
    this.modules.get(module)?.poll();
    this.notify();
  }

  /** Jobs are shown for 90 days after their end. */
  async forgetOld(): Promise<void> {
    const before = new Date(this.clock.now().getTime() - KEPT_MS);
    for (const { database } of this.registrations)
      await forgetEnded(database, before).catch((error: unknown) => {
        this.log.fault('Old jobs could not be dropped.', error as Error);
      });
  }

  /** Another process changed something, or the clock was moved. */
  poll(): void {
    for (const module of this.modules.values()) module.poll();
  }
}
