import { Controller, Get, Header } from '@nestjs/common';
import { areReachable } from '../database/reachable.js';
import { Kernel } from '../kernel/kernel.js';
import { Allow } from '../policy/policy.js';
import { refuse } from '../base/refusal.js';
import { DeliveryMetrics } from '../telemetry/metrics.js';
import { Clock } from '../base/clock.js';

/** For those who run the container. Outside the API's prefix, and without a token. */
@Controller()
export class HealthController {
  constructor(
    private readonly kernel: Kernel,
    private readonly metrics: DeliveryMetrics,
    private readonly clock: Clock,
  ) {}

  /** The process lives. It says nothing of the database: whoever restarts on this would not mend one. */
  @Get('healthz')
  @Allow({ endpoint: 'GET /healthz', roles: 'PUBLIC' })
  live(): { status: string } {
    return { status: 'UP' };
  }

  /**
   * Commands can be taken; answered in two seconds. A stopped relay does not count: it shows in freshness. Nor does an issuer that does not
   * answer: every replica would be taken out at once, and tokens that were seen before are still good. Nor does a
   * module whose connections are all in use.
   */
  @Get('readyz')
  @Allow({ endpoint: 'GET /readyz', roles: 'PUBLIC' })
  async ready(): Promise<{ status: string }> {
    if (!this.kernel.isReady) throw refuse.NOT_READY('This process is about to end.', { retryAfterSeconds: 1 });
    if (!(await areReachable(this.kernel.opened.values())))
      throw refuse.NOT_READY('The database does not answer.', { retryAfterSeconds: 1 });
    return { status: 'READY' };
  }

  /** Metrics in the text format of Prometheus. What cannot be collected is left out and counted. */
  @Get('metrics')
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  @Allow({ endpoint: 'GET /metrics', roles: 'PUBLIC' })
  async expose(): Promise<string> {
    const now = this.clock.now().getTime();
    for (const [name, { consumer }] of this.kernel.delivery.consumers) {
      if (consumer.isHeld) this.metrics.lag.set({ consumer: name }, (now - consumer.watermark.getTime()) / 1000);
      else this.metrics.lag.remove({ consumer: name });
    }
    for (const [module, { pool }] of this.kernel.opened) {
      this.metrics.connections.set({ module, state: 'open' }, pool.totalCount);
      this.metrics.connections.set({ module, state: 'idle' }, pool.idleCount);
      this.metrics.connections.set({ module, state: 'waited for' }, pool.waitingCount);
    }
    return this.metrics.exposition();
  }
}
