import type { Clock } from '../base/clock.js';
import type { ModuleDatabase } from '../database/module-database.js';
import type { Slot } from '../ownership/slots.js';
import type { Transaction } from '../database/transaction.js';
import type { DeliveryMetrics } from '../telemetry/metrics.js';
import type { Batch, Deliverer } from './consumer.js';
import { LeaseLost, Paused, whyNotMoved, type ConsumerOffset } from './consumer-offset.js';
import type { Envelope } from './envelope.js';
import { sharePauseLock } from './pause-lock.js';
import type { ProjectionHandler, ProjectionOptions } from './handlers.js';
import { faultOf, isRepeat, type Inbox } from './inbox.js';
import { ProjectionTransaction } from './projection-transaction.js';
import { isCancelled, saysNothingOfEvent } from './transient-fault.js';

const RETRY_LIMIT = 50;
const RETRY_EVERY_MS = 250;
/** Well below what any other statement may take: everybody behind it waits. */
const SLOWEST_STATEMENT_MS = 10_000;

/**
 * Applies a whole batch in one transaction. When that fails the events are tried one by one; one that fails is
 * parked with all later ones of its key, and everything else goes on. `Consumer` has the states of an event.
 */
export class ProjectionDeliverer implements Deliverer {
  private blocked = new Set<string>();
  private retriedAt = 0;
  private slot: Slot | undefined;
  /** How its transactions begin: by sharing the consumer's pause lock. */
  readonly opening: string;

  constructor(
    private readonly database: ModuleDatabase,
    private readonly handler: ProjectionHandler,
    private readonly inbox: Inbox,
    private readonly offset: ConsumerOffset,
    private readonly clock: Clock,
    private readonly metrics: DeliveryMetrics,
    /** Where the rows are written to, asked anew each time the lease is acquired. */
    private readonly slotToWrite: () => Promise<Slot | undefined>,
    {
      durable = false,
      slowestStatementMs = SLOWEST_STATEMENT_MS,
      consumer = inbox.consumer,
    }: Pick<ProjectionOptions, 'durable' | 'slowestStatementMs'> & { consumer?: string } = {},
  ) {
    const quickly = durable ? '' : 'SET LOCAL synchronous_commit = off;';
    this.opening = `${quickly}SET LOCAL statement_timeout = ${slowestStatementMs};${sharePauseLock(consumer)}`;
  }

  get hasParked(): boolean {
    return this.blocked.size > 0;
  }

  async acquired(): Promise<void> {
    // After the lease was acquired: whoever switches slots revokes it first.
    this.slot = await this.slotToWrite();
    this.blocked = await this.inbox.blockedKeys();
  }

  async deliver(batch: Batch): Promise<boolean> {
    try {
      await this.together(batch).catch(async (error: unknown) => {
        const fault = whyNotMoved(error);
        if (fault instanceof LeaseLost || fault instanceof Paused || saysNothingOfEvent(fault)) throw fault;
        await this.oneByOne(batch);
      });
      return true;
    } catch (error) {
      const fault = whyNotMoved(error);
      if (fault instanceof Paused) return false;
      this.offset.noteRefusal(fault);
      throw fault;
    }
  }

  async retryParked(epoch: string): Promise<void> {
    if (this.blocked.size === 0 || Date.now() - this.retriedAt < RETRY_EVERY_MS) return;
    this.retriedAt = Date.now();
    const failedKeys = new Set<string>();
    for (const { event } of await this.inbox.due(RETRY_LIMIT)) {
      if (failedKeys.has(event.eventKey)) continue;
      try {
        const settled = await this.database.transaction(async (transaction) => {
          // Whoever lost the consumer may hold on to a slot that nobody reads any more.
          this.offset.hold(transaction, epoch);
          const isOurs = await this.inbox.settle(transaction, event.id);
          if (isOurs) await this.apply(transaction, [event]);
          return isOurs;
        }, this.opening);
        if (settled) this.metrics.retried(this.inbox.consumer);
      } catch (error) {
        const fault = whyNotMoved(error);
        if (fault instanceof LeaseLost || saysNothingOfEvent(fault)) throw fault;
        failedKeys.add(event.eventKey);
        const status = await this.inbox.failed(event.id, faultOf(fault));
        if (status === 'DEAD') this.metrics.died(this.inbox.consumer);
        // Slow ones hold up everybody while they are tried: one at a time, between batches.
        if (isCancelled(fault)) break;
      }
    }
    this.blocked = await this.inbox.blockedKeys();
  }

  /** Almost never is one of the events a repeat, so that is found out afterwards: not waiting saves a round trip. */
  private async together(batch: Batch): Promise<void> {
    await this.commit(batch, true).catch((error: unknown) => {
      if (!isRepeat(error)) throw error;
      return this.commit(batch, false);
    });
  }

  private async commit({ events, after, watermark, epoch }: Batch, allNew: boolean): Promise<void> {
    const applied = await this.database.transaction(async (transaction) => {
      const written = await this.write(transaction, events, allNew);
      this.offset.move(transaction, epoch, after, watermark);
      return written;
    }, this.opening);
    this.metrics.applied(this.inbox.consumer, applied.ready);
    this.metrics.stale(this.inbox.consumer, applied.projection?.stale ?? 0);
  }

  /**
   * Writes what the events lead to, without moving the offset: those of keys that are parked to the inbox.
   * @param allNew unless one of them has been received before, which then fails the transaction
   */
  async write(
    transaction: Transaction,
    events: readonly Envelope[],
    allNew: boolean,
  ): Promise<{ ready: number; projection: ProjectionTransaction | undefined }> {
    const waiting = events.filter(({ eventKey }) => this.blocked.has(eventKey));
    const ready = waiting.length === 0 ? events : events.filter(({ eventKey }) => !this.blocked.has(eventKey));
    let fresh = ready;
    if (allNew) this.inbox.acceptNew(transaction, ready);
    else fresh = await this.inbox.accept(transaction, ready);
    this.metrics.duplicates(this.inbox.consumer, ready.length - fresh.length);
    await this.inbox.store(transaction, waiting);
    return { ready: ready.length, projection: fresh.length > 0 ? await this.apply(transaction, fresh) : undefined };
  }

  private async oneByOne({ events, after, watermark, epoch }: Batch): Promise<void> {
    const blocked = new Set(this.blocked);
    const faults = new Map<string, string>();
    await this.database.transaction(async (transaction) => {
      for (const event of events) {
        if (blocked.has(event.eventKey)) {
          await this.inbox.store(transaction, [event]);
          continue;
        }
        await transaction.query('SAVEPOINT event');
        const fault = await this.tryAlone(transaction, event);
        if (fault === undefined) {
          await transaction.query('RELEASE SAVEPOINT event');
          continue;
        }
        if (saysNothingOfEvent(fault)) throw fault as Error;
        await transaction.query('ROLLBACK TO SAVEPOINT event; RELEASE SAVEPOINT event');
        await this.inbox.store(transaction, [event]);
        blocked.add(event.eventKey);
        faults.set(event.id, faultOf(fault));
      }
      this.offset.move(transaction, epoch, after, watermark);
    }, this.opening);
    this.blocked = blocked;
    for (const [eventId, fault] of faults) {
      await this.inbox.failed(eventId, fault);
      this.metrics.parked(this.inbox.consumer);
    }
  }

  /** @returns why it cannot be applied */
  private async tryAlone(transaction: Transaction, event: Envelope): Promise<unknown> {
    try {
      const fresh = await this.inbox.accept(transaction, [event]);
      const applied = fresh.length > 0 ? await this.apply(transaction, fresh) : undefined;
      await transaction.answered();
      this.metrics.stale(this.inbox.consumer, applied?.stale ?? 0);
      return undefined;
    } catch (error) {
      return transaction.answered(error).catch((fault: unknown) => fault);
    }
  }

  private async apply(transaction: Transaction, events: readonly Envelope[]): Promise<ProjectionTransaction> {
    const projection = new ProjectionTransaction(transaction, this.clock.now(), this.slot);
    await this.handler.apply(events, projection);
    return projection;
  }
}
