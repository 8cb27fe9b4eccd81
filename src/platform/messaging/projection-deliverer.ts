import type { Clock } from '../clock.js';
import type { ModuleDatabase } from '../database/module-database.js';
import type { DeliveryMetrics } from '../telemetry/metrics.js';
import type { Batch, Deliverer } from './consumer.js';
import type { ConsumerOffset } from './consumer-offset.js';
import { LeaseLost } from './consumer-offset.js';
import type { Envelope } from './envelope.js';
import { openGate } from './gate.js';
import type { ProjectionHandler } from './handlers.js';
import { faultOf, type Inbox } from './inbox.js';
import { ProjectionTransaction } from './projection-transaction.js';
import { isTransient } from './transient-fault.js';

const RETRY_AT_ONCE = 50;
const RETRY_EVERY_MS = 250;

class Paused extends Error {}

/**
 * Applies a whole batch in one transaction. When that fails the events are tried one by one; one that fails is
 * parked with all later ones of its key, and everything else goes on.
 */
export class ProjectionDeliverer implements Deliverer {
  private blocked = new Set<string>();
  private retriedAt = 0;

  constructor(
    private readonly database: ModuleDatabase,
    private readonly handler: ProjectionHandler,
    private readonly inbox: Inbox,
    private readonly offset: ConsumerOffset,
    private readonly clock: Clock,
    private readonly metrics: DeliveryMetrics,
  ) {}

  get hasParked(): boolean {
    return this.blocked.size > 0;
  }

  async taken(): Promise<void> {
    this.blocked = await this.inbox.blockedKeys();
  }

  async deliver(batch: Batch): Promise<boolean> {
    try {
      await this.together(batch);
      return true;
    } catch (error) {
      if (error instanceof Paused) return false;
      if (error instanceof LeaseLost || isTransient(error)) throw error;
    }
    try {
      await this.oneByOne(batch);
      return true;
    } catch (error) {
      if (error instanceof Paused) return false;
      throw error;
    }
  }

  async between(): Promise<void> {
    if (this.blocked.size === 0 || Date.now() - this.retriedAt < RETRY_EVERY_MS) return;
    this.retriedAt = Date.now();
    const failedKeys = new Set<string>();
    for (const { event } of await this.inbox.due(RETRY_AT_ONCE)) {
      if (failedKeys.has(event.eventKey)) continue;
      try {
        const settled = await this.database.transaction(async (client) => {
          const isOurs = await this.inbox.settle(client, event.id);
          if (isOurs) await this.apply(client, [event]);
          return isOurs;
        }, openGate(this.inbox.consumer));
        if (settled) this.metrics.retried(this.inbox.consumer);
      } catch (error) {
        if (isTransient(error)) throw error;
        failedKeys.add(event.eventKey);
        const status = await this.inbox.failed(event.id, faultOf(error));
        if (status === 'DEAD') this.metrics.died(this.inbox.consumer);
      }
    }
    this.blocked = await this.inbox.blockedKeys();
  }

  private async together({ events, after, watermark, epoch }: Batch): Promise<void> {
    const waiting = events.filter(({ eventKey }) => this.blocked.has(eventKey));
    const ready = waiting.length === 0 ? events : events.filter(({ eventKey }) => !this.blocked.has(eventKey));
    await this.database.transaction(async (client) => {
      const fresh = await this.inbox.accept(client, ready);
      this.metrics.duplicates(this.inbox.consumer, ready.length - fresh.length);
      await this.inbox.store(client, waiting);
      if (fresh.length > 0) await this.apply(client, fresh);
      if (!(await this.offset.move(client, epoch, after, watermark))) throw new Paused();
    }, openGate(this.inbox.consumer));
    this.metrics.applied(this.inbox.consumer, ready.length);
  }

  private async oneByOne({ events, after, watermark, epoch }: Batch): Promise<void> {
    const blocked = new Set(this.blocked);
    const faults = new Map<string, string>();
    await this.database.transaction(async (client) => {
      for (const event of events) {
        if (blocked.has(event.eventKey)) {
          await this.inbox.store(client, [event]);
          continue;
        }
        await client.query('SAVEPOINT event');
        try {
          const fresh = await this.inbox.accept(client, [event]);
          if (fresh.length > 0) await this.apply(client, fresh);
          await client.query('RELEASE SAVEPOINT event');
        } catch (error) {
          if (isTransient(error)) throw error;
          await client.query('ROLLBACK TO SAVEPOINT event; RELEASE SAVEPOINT event');
          await this.inbox.store(client, [event]);
          blocked.add(event.eventKey);
          faults.set(event.id, faultOf(error));
        }
      }
      if (!(await this.offset.move(client, epoch, after, watermark))) throw new Paused();
    }, openGate(this.inbox.consumer));
    this.blocked = blocked;
    for (const [eventId, fault] of faults) {
      await this.inbox.failed(eventId, fault);
      this.metrics.parked(this.inbox.consumer);
    }
  }

  private async apply(client: Parameters<Inbox['accept']>[0], events: readonly Envelope[]): Promise<void> {
    const transaction = new ProjectionTransaction(client, this.clock.now());
    await this.handler.apply(events, transaction);
    this.metrics.stale(this.inbox.consumer, transaction.stale);
  }
}
