import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Gauge } from 'prom-client';
import { FOUNDATION, type Foundation } from '../../../platform/kernel.js';
import { Log } from '../../../platform/telemetry/log.js';
import { DeliveryMetrics } from '../../../platform/telemetry/metrics.js';
import { StoredContents } from './stored-contents.js';
import { VerifyContents } from './verify-contents.js';

const MINUTE = 60_000;
const SWEEPS_EVERY = 60 * MINUTE;

/** Looks after the content store in the background, from start to stop. */
@Injectable()
export class KeepContents implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly stop = new AbortController();
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly running = new Set<Promise<unknown>>();

  constructor(
    @Inject(FOUNDATION) private readonly foundation: Foundation,
    private readonly contents: StoredContents,
    private readonly verifyContents: VerifyContents,
    private readonly metrics: DeliveryMetrics,
    private readonly log: Log,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { contents } = this;
    new Gauge({
      name: 'remit_evidence_damaged_contents',
      help: 'Stored contents that are not what was stored.',
      registers: [this.metrics.registry],
      async collect() {
        this.set(await contents.damaged());
      },
    });
    // No request is taken yet: alone on its database, this process knows that whoever uploaded something is gone.
    await this.contents.sweep(this.foundation.alone);
    this.every(SWEEPS_EVERY, () => this.contents.sweep(false));
    this.every(MINUTE, () => this.verifyContents.checkDue(this.stop.signal));
  }

  /** Databases are closed after this. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stop.abort();
    for (const timer of this.timers) clearInterval(timer);
    await Promise.all(this.running);
  }

  private every(milliseconds: number, work: () => Promise<unknown>): void {
    let under: Promise<unknown> | undefined;
    const begin = (): void => {
      if (under) return;
      under = work().catch((error: unknown) => {
        if (!this.stop.signal.aborted) this.log.fault('Contents could not be looked after.', error as Error);
      });
      const current = under;
      this.running.add(current);
      void current.then(() => {
        this.running.delete(current);
        under = undefined;
      });
    };
    this.timers.push(setInterval(begin, milliseconds).unref());
  }
}
