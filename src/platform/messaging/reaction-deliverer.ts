import { withCall, type Call } from '../context.js';
import type { ModuleDatabase } from '../database/module-database.js';
import { newId } from '../ids.js';
import type { DeliveryMetrics } from '../telemetry/metrics.js';
import type { Batch, Deliverer } from './consumer.js';
import { Paused, whyNotMoved, type ConsumerOffset } from './consumer-offset.js';
import type { Envelope } from './envelope.js';
import { openGate } from './gate.js';
import type { ReactionHandler } from './handlers.js';
import { faultOf, type Inbox } from './inbox.js';
import { Signal } from './signal.js';
import { isTransient } from './transient-fault.js';
import { AlreadyHandled, DeliveryPaused, type Work } from './work.js';

const CLAIM = 200;
const LANES = 4;
const POLL_MS = 500;

/**
 * Stores a batch in the inbox with the offset, and handles it from there: one event a transaction, the events of a
 * key in order, several keys at a time.
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
    const byKey = new Map<string, Envelope[]>();
    for (const { event } of due) byKey.set(event.eventKey, [...(byKey.get(event.eventKey) ?? []), event]);
    const keys = [...byKey.values()];
    const lane = async (): Promise<void> => {
      for (let events = keys.pop(); events; events = keys.pop()) await this.handleInOrder(events);
    };
    // A lane that fails must not leave the others behind: they would handle their keys beside the next round.
    const lanes = await Promise.allSettled(Array.from({ length: LANES }, lane));
    const failed = lanes.find((each) => each.status === 'rejected');
    if (failed) throw failed.reason;
    return due.length;
  }

  private async handleInOrder(events: readonly Envelope[]): Promise<void> {
    for (const event of events) {
      if (this.stopped || this.isPaused()) return;
      try {
        const call = reactionCall(this.inbox.consumer, event);
        await withCall(call, () =>
          this.work.react(this.inbox.consumer, event.id, (tx) => this.handler.handle(event, tx)),
        );
        this.metrics.applied(this.inbox.consumer, 1);
      } catch (error) {
        if (error instanceof AlreadyHandled) continue;
        if (error instanceof DeliveryPaused || isTransient(error)) throw error;
        const status = await this.inbox.failed(event.id, faultOf(error));
        if (status === 'DEAD') this.metrics.died(this.inbox.consumer);
        else this.metrics.parked(this.inbox.consumer);
        return;
      }
    }
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
