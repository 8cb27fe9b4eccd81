import { type BeforeApplicationShutdown, Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { FOUNDATION, type Foundation } from '../../platform/kernel.js';
import { Signal } from '../../platform/messaging/signal.js';
import { Log } from '../../platform/telemetry/log.js';
import { ImportJobs } from './import-jobs.js';
import { RunImport } from './run-import.js';

/** Jobs of this process at once; further ones wait, the oldest first. */
const AT_ONCE = 4;
/** How often to look for jobs that another process accepted or left. */
const LOOK_EVERY_MS = 1_000;

/** Carries out import jobs in the background, from start to stop. What is under way at the stop goes on later. */
@Injectable()
export class RunImports implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly stop = new AbortController();
  private readonly woken = new Signal();
  private readonly running = new Map<string, Promise<void>>();
  private watching: Promise<void> | undefined;

  constructor(
    @Inject(FOUNDATION) private readonly foundation: Foundation,
    private readonly jobs: ImportJobs,
    private readonly runImport: RunImport,
    private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    this.watching = this.watch();
  }

  /** Waits for the commands under way, which have a deadline of seconds. Databases are closed after this. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stop.abort();
    this.wake();
    await this.watching;
    await Promise.all(this.running.values());
  }

  /** There is a job to begin with. */
  wake(): void {
    this.woken.raise();
  }

  private async watch(): Promise<void> {
    // Alone on its database, a process that starts knows that whoever held a job is gone.
    let evenIfHeld = this.foundation.alone;
    while (!this.stop.signal.aborted) {
      try {
        await this.begin(evenIfHeld);
        evenIfHeld = false;
      } catch (error) {
        this.log.fault('Imports could not be looked for.', error as Error);
      }
      await this.woken.next(LOOK_EVERY_MS);
    }
  }

  private async begin(evenIfHeld: boolean): Promise<void> {
    const room = AT_ONCE - this.running.size;
    if (room === 0) return;
    for (const job of await this.jobs.free(evenIfHeld, [...this.running.keys()], room)) {
      const done = this.runImport.run(job, evenIfHeld, this.stop.signal).finally(() => {
        this.running.delete(job.importId);
        this.wake();
      });
      this.running.set(job.importId, done);
    }
  }
}
