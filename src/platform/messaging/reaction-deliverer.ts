import { withCall, type Call } from '../base/context.js';
import type { ModuleDatabase } from '../database/module-database.js';
import { newId } from '../base/ids.js';
import type { DeliveryMetrics } from '../telemetry/metrics.js';
import { asHandler, unavailableOwner } from './asking.js';
import { REFUSED_BY_STATEMENT } from './commit-faults.js';
import type { Batch, Deliverer } from './consumer.js';
import { Paused, whyNotMoved, type ConsumerOffset } from './consumer-offset.js';
import type { Envelope } from './envelope.js';
import { sharePauseLock } from './pause-lock.js';
import type { ReactionHandler } from './handlers.js';
import { faultOf, type Due, type Inbox } from './inbox.js';
import { Preparation, type Ready } from './preparation.js';
import { Signal } from './signal.js';
import { isTransient, saysNothingOfEvent } from './transient-fault.js';
import { AlreadyHandled, DeliveryPaused, type Reaction, type Work } from './work.js';

const CLAIM = 1_000;
const WORKERS = 2;
const BATCH = 100;
const POLL_MS = 500;

/**
 * Stores a batch in the inbox with the offset, and handles it from there: the events of a key in order, the first ones
 * of many keys in one transaction. What cannot be handled together is handled by itself, one event a transaction. Where
 * the handler asks owners first, each event waits for its own answers alone; an owner that does not answer postpones it.
 */
export class ReactionDeliverer implements Deliverer {
  private readonly arrived = new Signal();
  private stopped = true;
  private working: Promise<void> | undefined;
  private readonly logged = new Set<string>();
  private readonly preparation: Preparation | undefined;

  constructor(
    private readonly database: ModuleDatabase,
    private readonly handler: ReactionHandler,
    private readonly work: Work,
    private readonly inbox: Inbox,
    private readonly offset: ConsumerOffset,
    private readonly metrics: DeliveryMetrics,
    private readonly isPaused: () => boolean,
    private readonly failed: (error: Error) => void,
  ) {
    const raise = (): void => {
      this.arrived.raise();
    };
    if (handler.prepare) this.preparation = new Preparation((event) => this.prepare(event), raise);
  }

  /** What waits here is work to do, not a read model to distrust. */
  readonly hasParked = false;

  /** Works off what is stored, from now until `stop`. Two processes may do so: settling decides who did it. */
  acquired(): Promise<void> {
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
      }, sharePauseLock(this.inbox.consumer));
    } catch (error) {
      const fault = whyNotMoved(error);
      if (fault instanceof Paused) return false;
      this.offset.noteRefusal(fault);
      throw fault;
    }
    this.arrived.raise();
    return true;
  }

  retryParked(): Promise<void> {
    return Promise.resolve();
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      const handled = await (this.isPaused() ? this.dropPrepared() : this.handleDue().catch(this.logFault));
      if (handled === 0 && !this.hasStopped()) await this.arrived.next(POLL_MS);
    }
    await this.dropPrepared();
  }

  /** What was prepared is too old once delivery goes on. */
  private dropPrepared(): Promise<number> {
    this.preparation?.forget();
    return Promise.resolve(0);
  }

  private hasStopped(): boolean {
    return this.stopped;
  }

  private readonly logFault = (error: unknown): number => {
    if (!(error instanceof DeliveryPaused)) this.failed(error as Error);
    return 0;
  };

  private async handleDue(): Promise<number> {
    if (this.preparation) return this.handleReady(this.preparation);
    const due = await this.inbox.due(CLAIM);
    const keys = byKey(due);
    await this.withWorkers(keys, (batch) => {
      const first = batch.flatMap(([head, ...later]) => (head ? [{ head, later }] : []));
      // What is left of a key comes after all that wait, so that a key with many events holds up no other.
      return this.handleFirst(first, (left) => keys.push(left));
    });
    return due.length;
  }

  private async handleReady(preparation: Preparation): Promise<number> {
    const ready = preparation.take();
    const inProgress = [...preparation.keys, ...ready.map(({ head }) => head.event.eventKey)];
    if (preparation.hasRoom) preparation.add(byKey(await this.inbox.due(CLAIM, inProgress)));
    // Asked while what was answered is written.
    preparation.begin();
    const handled = ready.length;
    await this.withWorkers(ready, (batch) =>
      this.handleFirst(batch, (left) => {
        preparation.add([left]);
      }),
    );
    return handled;
  }

  private async withWorkers<T>(queue: T[], handle: (batch: T[]) => Promise<void>): Promise<void> {
    const worker = async (): Promise<void> => {
      for (let batch = queue.splice(0, BATCH); batch.length > 0; batch = queue.splice(0, BATCH)) await handle(batch);
    };
    // A worker that fails must not leave the others behind: they would handle their keys beside the next claim.
    const outcomes = await Promise.allSettled(Array.from({ length: WORKERS }, worker));
    const failed = outcomes.find((each) => each.status === 'rejected');
    if (failed) throw failed.reason;
  }

  /** Handles the first event of each key. `left` is given what is left of those keys that may go on. */
  private async handleFirst(keys: readonly Ready[], left: (later: Due[]) => void): Promise<void> {
    // An event that has failed before would most likely undo what is handled together with it.
    const untried = keys.filter(({ head, fault }) => head.attempts === 0 && fault === undefined);
    const { consumer } = this.inbox;
    const together = this.mayGoOn()
      ? await this.work.reactTogether(
          consumer,
          untried.map((each) => this.reactionTo(each)),
          this.undone,
        )
      : new Set();
    this.metrics.applied(consumer, together.size);
    for (const key of keys)
      if ((together.has(key.head.event.id) || (await this.handleAlone(key))) && key.later.length > 0) left(key.later);
  }

  /** @returns whether later events of its key may be handled now */
  private async handleAlone(ready: Ready): Promise<boolean> {
    if (!this.mayGoOn()) return false;
    const { consumer } = this.inbox;
    const { event } = ready.head;
    try {
      if (ready.fault !== undefined) throw ready.fault as Error;
      await this.work.react(consumer, this.reactionTo(ready));
      this.metrics.applied(consumer, 1);
      return true;
    } catch (error) {
      if (error instanceof AlreadyHandled) return true;
      if (error instanceof DeliveryPaused || saysNothingOfEvent(error)) throw error;
      const owner = unavailableOwner(ready.fault);
      if (owner !== undefined) await this.postpone(event, owner);
      else await this.fail(event, error);
      return false;
    }
  }

  /** Each is handled by itself then. Why is counted, and logged once unless it is one of the usual faults. */
  private readonly undone = (error: unknown): void => {
    const fault = kindOf(error);
    this.metrics.undone(this.inbox.consumer, fault);
    if (USUAL_FAULTS.has(fault) || isTransient(error) || this.logged.has(fault)) return;
    this.logged.add(fault);
    this.failed(error as Error);
  };

  private async fail(event: Envelope, error: unknown): Promise<void> {
    const { consumer } = this.inbox;
    const status = await this.inbox.failed(event.id, faultOf(error));
    if (status === 'DEAD') this.metrics.died(consumer);
    else this.metrics.parked(consumer);
  }

  private async postpone(event: Envelope, owner: string): Promise<void> {
    await this.inbox.postponed(event.id, `OWNER_UNAVAILABLE: ${owner}`);
    this.metrics.postponed(this.inbox.consumer, owner);
  }

  private mayGoOn(): boolean {
    return !this.stopped && !this.isPaused();
  }

  private prepare(event: Envelope): Promise<unknown> {
    const { consumer } = this.inbox;
    const { module } = this.database.declaration;
    return asHandler(module, consumer.slice(module.length + 1), () =>
      withCall(reactionCall(consumer, event), async () => this.handler.prepare?.(event)),
    );
  }

  private reactionTo({ head: { event }, prepared }: Ready): Reaction {
    const call = reactionCall(this.inbox.consumer, event);
    return { eventId: event.id, call, handle: (tx) => this.handler.handle(event, tx, prepared) };
  }
}

/** A pause, another process, or a command that changed what one of them had decided on. */
const USUAL_FAULTS = new Set(['PAUSED', 'NOT_ALL_SETTLED', 'VERSION_MISMATCH', '23505']);

/** A condition of ours by its code, else the SQLSTATE; never a message, which may quote a row. */
function kindOf(error: unknown): string {
  const { code, message, name } = (error ?? {}) as { code?: string; message?: string; name?: string };
  return (code === REFUSED_BY_STATEMENT ? message : code) ?? name ?? 'Unknown';
}

/** Events by their keys, each key's in order. */
function byKey(due: readonly Due[]): Due[][] {
  const keys = new Map<string, Due[]>();
  for (const each of due) keys.set(each.event.eventKey, [...(keys.get(each.event.eventKey) ?? []), each]);
  return [...keys.values()];
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
