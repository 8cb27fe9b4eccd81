import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '../../base/clock.js';
import type { Transaction } from '../../database/transaction.js';
import { ConsumerOffset, LeaseLost, Paused, whyNotMoved, type Lease } from '../../messaging/consumer-offset.js';
import type { Delivery, Registration } from '../../messaging/delivery.js';
import type { Envelope } from '../../messaging/envelope.js';
import { sharePauseLock } from '../../messaging/pause-lock.js';
import type { ProjectionHandler } from '../../messaging/handlers.js';
import { ReplayInbox } from '../../messaging/inbox.js';
import { BEGINNING, type Cursor } from '../../messaging/log-reader.js';
import { ProjectionDeliverer } from '../../messaging/projection-deliverer.js';
import { isTransient } from '../../messaging/transient-fault.js';
import type { DeliveryMetrics } from '../../telemetry/metrics.js';
import { RebuildSlots, replayOf } from './rebuild-slots.js';
import { ReplaySource, type ArchivedEvents } from './replay-source.js';
import { lockLiveOffset, liveOffset, cursorIn, switchOver } from './switch-over.js';

/** So little that it is applied in the switch itself: less than a page, or each full one would look like the last. */
const FEW = 200;
/** The most that is applied while whoever holds the consumer waits for the switch. */
const PAGES_AT_THE_SWITCH = 2;
const PAUSED_MS = 500;
const IN_USE_MS = 250;
/** How often it is tried to give up the room of the rows that nobody sees any more. */
const TRIES_TO_EMPTY = 240;

/** Of the job that is under way: what is committed for it is committed behind its fence. */
export interface RebuildJob {
  readonly jobId: string;
  readonly signal: AbortSignal;
  progress(done: number, total: number): Promise<void>;
  fenceTransaction(transaction: Transaction): void;
}

export interface RebuildParts {
  registration: Registration;
  delivery: Delivery;
  archive: ArchivedEvents;
  clock: Clock;
  metrics: DeliveryMetrics;
  /** Names this process. */
  holder: string;
}

/** Its offset moves only while the job is this process's. */
class FencedOffset extends ConsumerOffset {
  fence: (transaction: Transaction) => void = () => undefined;

  override move(...given: Parameters<ConsumerOffset['move']>): void {
    this.fence(given[0]);
    super.move(...given);
  }
}

/** There is more to apply than may be while others wait. */
class StillBehind extends Error {}

/**
 * Fills the slot of a projection that readers do not see, from the beginning of the log, and lets them see it in one
 * transaction once it is where the consumer is. It never goes beyond what that has stored: so nothing is applied twice
 * or left out when that goes on from there in the other slot.
 */
export class Rebuild {
  private readonly slots: RebuildSlots;
  private readonly offset: FencedOffset;
  private readonly deliverer: ProjectionDeliverer;
  private readonly source: ReplaySource;

  constructor(
    private readonly parts: RebuildParts,
    private readonly job: RebuildJob,
  ) {
    const { registration, delivery, archive, clock, metrics, holder } = parts;
    const { name: consumer, database, options } = registration;
    const handler = registration.handler as ProjectionHandler;
    this.slots = new RebuildSlots(database, consumer, options.name);
    const inbox = new ReplayInbox(database, replayOf(consumer), delivery.relatedBy);
    this.offset = new FencedOffset(database, replayOf(consumer), holder, 'beginning', consumer);
    this.offset.fence = this.fence;
    const idle = (): ReturnType<RebuildSlots['idle']> => this.slots.idle();
    this.deliverer = new ProjectionDeliverer(database, handler, inbox, this.offset, clock, metrics, idle, { consumer });
    this.source = new ReplaySource(delivery.reader, archive);
  }

  /** Resolves when readers see the new rows, or soon after the job's signal. */
  async run(): Promise<void> {
    while (!this.job.signal.aborted) {
      const begun = await this.whenNotInUse(() => this.slots.begin(this.job.jobId, this.fence));
      if (begun === undefined) return;
      if (!begun || (await this.replay())) return this.emptyOther();
    }
  }

  private readonly fence = (transaction: Transaction): void => {
    this.job.fenceTransaction(transaction);
  };

  /** @returns false when it is to be begun again: the server has crashed, or another process was here */
  private async replay(): Promise<boolean> {
    try {
      const held = await this.offset.acquire(true);
      if (!held) return false;
      await this.deliverer.acquired();
      return await this.follow(held);
    } catch (error) {
      if (error instanceof LeaseLost) return false;
      throw error;
    } finally {
      this.source.leave();
    }
  }

  private async follow(held: Lease): Promise<boolean> {
    const total = await this.source.lastPosition();
    const { faults } = this.parts.registration.database;
    let { cursor } = held;
    while (!this.job.signal.aborted) {
      // The consumer gets on all the time under commands: whoever waits to be where it is would wait for ever.
      const isPast = cursor.snapshot !== BEGINNING.snapshot;
      const page = await this.source.next(cursor, await this.live());
      const isClose = !page || (isPast && page.events.length <= FEW);
      if (isClose && (await this.switchFrom(cursor, held.epoch))) {
        await this.job.progress(total, total);
        return true;
      }
      if (!page) continue;
      const events = this.handled(page.events);
      const batch = { events, after: page.after, watermark: this.parts.clock.now(), epoch: held.epoch };
      faults.reach('before a page of a rebuild');
      const isDelivered = await this.deliverer.deliver(batch);
      faults.reach('after a page of a rebuild');
      if (!isDelivered) {
        await pause(PAUSED_MS);
        continue;
      }
      cursor = page.after;
      const done = Number(page.events.at(-1)?.position ?? 0);
      if (done > 0) await this.job.progress(Math.min(done, total), total);
    }
    return false;
  }

  private handled(events: readonly Envelope[]): Envelope[] {
    const { consumes } = this.parts.registration.options;
    return events.filter(({ eventType, eventVersion }) =>
      consumes.some(({ type, version }) => type === eventType && version === eventVersion),
    );
  }

  private async live(): Promise<Cursor> {
    const { database, name } = this.parts.registration;
    return cursorIn(await database.query(liveOffset(name)), name);
  }

  /** @returns false when delivery is paused, or the consumer has got on too far meanwhile */
  private async switchFrom(cursor: Cursor, epoch: string): Promise<boolean> {
    const { registration, delivery, clock } = this.parts;
    const { database, name } = registration;
    const { faults } = database;
    faults.reach('before the switch of a rebuild');
    try {
      await database.transaction(async (transaction) => {
        this.fence(transaction);
        await this.catchUp(transaction, cursor, await lockLiveOffset(transaction, name));
        switchOver(transaction, name, { jobId: this.job.jobId, epoch, at: clock.now() }, () => {
          faults.reach('inside the switch of a rebuild');
        });
      }, sharePauseLock(name));
    } catch (error) {
      const fault = whyNotMoved(error);
      if (fault instanceof Paused) await pause(PAUSED_MS);
      else if (!(fault instanceof StillBehind)) throw fault;
      return false;
    }
    delivery.released();
    faults.reach('after the switch of a rebuild');
    return true;
  }

  /** What cannot be applied here is parked, event by event, before the next try. */
  private async catchUp(transaction: Transaction, from: Cursor, to: Cursor): Promise<void> {
    let cursor = from;
    for (let pages = 0; ; pages += 1) {
      const page = await this.source.next(cursor, to);
      if (!page) return;
      if (pages === PAGES_AT_THE_SWITCH) throw new StillBehind();
      try {
        await this.deliverer.write(transaction, this.handled(page.events), true);
        await transaction.answered();
      } catch (error) {
        if (isTransient(error) || whyNotMoved(error) !== error) throw error;
        throw new StillBehind();
      }
      cursor = page.after;
    }
  }

  private async emptyOther(): Promise<void> {
    await this.whenNotInUse(() => this.slots.emptyOther(this.job.jobId), TRIES_TO_EMPTY);
  }

  /** @returns undefined when the job's signal came first, or there were too many tries */
  private async whenNotInUse<T>(work: () => Promise<T>, tries = Infinity): Promise<T | undefined> {
    const LOCK_TIMEOUT = '55P03';
    for (let left = tries; left > 0 && !this.job.signal.aborted; left -= 1)
      try {
        return await work();
      } catch (error) {
        if ((error as { code?: unknown }).code !== LOCK_TIMEOUT) throw error;
        await pause(IN_USE_MS);
      }
    return undefined;
  }
}
