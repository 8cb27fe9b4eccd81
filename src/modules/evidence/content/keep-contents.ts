import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Gauge } from 'prom-client';
import { Job, type JobHandler, type RunningJob } from '../../../platform/jobs/handlers.js';
import { FOUNDATION, type Foundation } from '../../../platform/kernel/kernel.js';
import { DeliveryMetrics } from '../../../platform/telemetry/metrics.js';
import { StoredContents } from './stored-contents.js';
import { VerifyContents } from './verify-contents.js';

/** Says how many contents are damaged, and throws away at the start what a process that is gone has left. */
@Injectable()
export class KeepContents implements OnApplicationBootstrap {
  constructor(
    @Inject(FOUNDATION) private readonly foundation: Foundation,
    private readonly contents: StoredContents,
    private readonly metrics: DeliveryMetrics,
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
    if (this.foundation.alone) await this.contents.sweep(true);
  }
}

/** Throws away what has been left behind for long. */
@Injectable()
@Job({ name: 'sweep-contents' })
export class SweepContents implements JobHandler {
  constructor(private readonly contents: StoredContents) {}

  run(): Promise<void> {
    return this.contents.sweep(false);
  }
}

/** Reads contents again whose time has come. */
@Injectable()
@Job({ name: 'verify-contents' })
export class VerifyDueContents implements JobHandler {
  constructor(private readonly verifyContents: VerifyContents) {}

  async run(_: object, { signal }: RunningJob): Promise<void> {
    await this.verifyContents.checkDue(signal);
  }
}
