import type { Call } from '../context.js';
import type { ModuleDatabase } from '../database/module-database.js';
import { newId } from '../ids.js';
import type { DeliveryMetrics } from '../telemetry/metrics.js';
import type { Batch, Deliverer } from './consumer.js';
import { Paused, whyNotMoved, type ConsumerOffset } from './consumer-offset.js';
import type { Envelope } from './envelope.js';
import { openGate } from './gate.js';
import type { ReactionHandler } from './handlers.js';
import { faultOf, type Due, type Inbox } from './inbox.js';
import { Signal } from './signal.js';
import { isTransient } from './transient-fault.js';
import { AlreadyHandled, DeliveryPaused, type Reaction, type Work } from './work.js';

const CLAIM = 1_000;
const LANES = 2;
const LOT = 100;
const POLL_MS = 500;

/**
 * Stores a batch in the inbox with the offset, and handles it from there: the events of a key in order, the first ones
 * of many keys in one transaction. What cannot be handled together is handled by itself, one event a transaction.
 */
export class ReactionDeliverer implements Deliverer {
  private readonly arrived = new Signal();
  private stopped = true;
  private working: Promise<void> | undefined;

  constructor(
    private readonly database: ModuleDatabase,
    private readonly handler: ReactionHandler,
    private readonly work: Work,
    private readonly inbox: Inbox,
    private readonly offset: ConsumerOffset,
    private readonly metrics: DeliveryMetrics,
    private readonly isPaused: () => boolean,
    private readonly failed: (error: Error) => void,
  ) {}

  /** What waits here is work to do, not a read model to distrust. */
  readonly hasParked = false;

  /** Works off what is stored, from now until `stop`. Two processes may do so: settling decides who did it. */
  taken(): Promise<void> {
    if (this.stopped) {
      this.stopped = false;
      this.working = this.run();
    }
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.arrived.raise();
    await this.working;
  }

  async deliver({ events, after, watermark, epoch }: Batch): Promise<boolean> {
    try {
      await this.database.transaction(async (transaction) => {
        const fresh = await this.inbox.store(transaction, events);
        this.metrics.duplicates(this.inbox.consumer, events.length - fresh.length);
        this.offset.move(transaction, epoch, after, watermark);
      }, openGate(this.inbox.consumer));
    } catch (error) {
      const fault = whyNotMoved(error);
      if (fault instanceof Paused) return false;
      throw fault;
    }
    this.arrived.raise();
    return true;
  }

  between(): Promise<void> {
    return Promise.resolve();
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      const handled = this.isPaused() ? 0 : await this.handleDue().catch(this.trouble);
      if (handled === 0 && !this.hasStopped()) await this.arrived.next(POLL_MS);
    }
  }

  private hasStopped(): boolean {
    return this.stopped;
  }

  private readonly trouble = (error: unknown): number => {
    if (!(error instanceof DeliveryPaused)) this.failed(error as Error);
    return 0;
  };

  private async handleDue(): Promise<number> {
    const due = await this.inbox.due(CLAIM);
    const byKey = new Map<string, Due[]>();
    for (const each of due) byKey.set(each.event.eventKey, [...(byKey.get(each.event.eventKey) ?? []), each]);
    const keys = [...byKey.values()];
    const lane = async (): Promise<void> => {
      // What is left of a key comes after all that wait, so that a key with many events holds up no other.
      for (let lot = keys.splice(0, LOT); lot.length > 0; lot = keys.splice(0, LOT))
        keys.push(...(await this.handleFirst(lot)));
    };
    // A lane that fails must not leave the others behind: they would handle their keys beside the next round.
    const lanes = await Promise.allSettled(Array.from({ length: LANES }, lane));
    const failed = lanes.find((each) => each.status === 'rejected');
    if (failed) throw failed.reason;
    return due.length;
  }

  /** Handles the first event of each key. Answers what is left of those keys that may go on. */
  private async handleFirst(keys: readonly Due[][]): Promise<Due[][]> {
    const first = keys.flatMap((events) => events.slice(0, 1));
    // An event that has failed before would most likely undo what is handled together with it.
    const untried = first.filter(({ attempts }) => attempts === 0).map(({ event }) => this.reactionTo(event));
    const { consumer } = this.inbox;
    const together = this.mayGoOn() ? await this.work.reactTogether(consumer, untried) : new Set();
    this.metrics.applied(consumer, together.size);
    const left: Due[][] = [];
    for (const [head, ...later] of keys)
      if (head && (together.has(head.event.id) || (await this.handleAlone(head.event))) && later.length > 0)
        left.push(later);
    return left;
  }

  /** @returns whether later events of its key may be handled now */
  private async handleAlone(event: Envelope): Promise<boolean> {
    if (!this.mayGoOn()) return false;
    const { consumer } = this.inbox;
    try {
      await this.work.react(consumer, this.reactionTo(event));
      this.metrics.applied(consumer, 1);
      return true;
    } catch (error) {
      if (error instanceof AlreadyHandled) return true;
      if (error instanceof DeliveryPaused || isTransient(error)) throw error;
      const status = await this.inbox.failed(event.id, faultOf(error));
      if (status === 'DEAD') this.metrics.died(consumer);
      else this.metrics.parked(consumer);
      return false;
    }
  }

  private mayGoOn(): boolean {
    return !this.stopped && !this.isPaused();
  }

  private reactionTo(event: Envelope): Reaction {
    const call = reactionCall(this.inbox.consumer, event);
    return { eventId: event.id, call, handle: (tx) => this.handler.handle(event, tx) };
  }
}

/** The system acts, because of an event, under the consumer's name. */
const reactionCall = (consumer: string, event: Envelope): Call => ({
  actor: { actorId: `system:${consumer}`, roles: ['SYSTEM'], clearance: 'RESTRICTED' },
  correlationId: event.correlationId,
  commandId: newId('cmd'),
  causationId: event.id,
  ...(event.traceContext && { traceparent: event.traceContext }),
  policyDecision: { policyDecisionId: newId('pdp'), policies: [`reaction ${consumer}`], role: 'SYSTEM' },
});
