import type { ConsumerOffset, Lease } from './consumer-offset.js';
import { LeaseLost } from './consumer-offset.js';
import type { Envelope } from './envelope.js';
import type { Feed, Window } from './feed.js';
import type { Cursor, LogReader, Page } from './log-reader.js';
import type { ConsumerProgress } from './server-run.js';

const BATCH = 500;
/** Further behind than this, the log is read anew rather than windows kept in memory. */
const FAR_BEHIND = 20_000;
const RENEW_MS = 2_000;
const IDLE_MS = 1_000;
const RETRY_MS = 500;

/** What is to be applied together with the offset that follows it. */
export interface Batch {
  events: readonly Envelope[];
  after: Cursor;
  watermark: Date;
  epoch: string;
}

/** How a kind of consumer applies a batch; resolves once it is committed. */
export interface Deliverer {
  /** The lease was just acquired: learn what the previous holder left. */
  acquired(): Promise<void>;
  /** @returns false when delivery was paused meanwhile and nothing was committed. */
  deliver(batch: Batch): Promise<boolean>;
  /** Between batches: retries the parked events that are due. */
  retryParked(epoch: string): Promise<void>;
  /** Whether events of some keys are parked. */
  readonly hasParked: boolean;
}

interface Step {
  events: readonly Envelope[];
  after: Cursor;
  /** The last window that the consumer has then applied; absent while it catches up. */
  window: Window | undefined;
}

/**
 * Delivers the log to one consumer. Its states, of which `consumer_offset` stores the offset, the lease and the epoch,
 * and `bus.control` the pauses:
 *
 *     new ──establish──▶ candidate ──acquire: epoch + 1──▶ catching up ──reached a window of the feed──▶ following
 *
 *     following   ──more than FAR_BEHIND events behind──▶ catching up
 *     either      ──paused by an operator, the lease is kept──▶ paused ──resumed──▶ catching up
 *     any of them ──lease released, expired or revoked; crash of the server──▶ candidate
 *
 * Catching up reads pages of the log, following shares the feed's windows in memory. An event is passed when the offset
 * is beyond it. One of a type that the consumer does not handle is only passed; any other has a row in `inbox_event`,
 * whose `status` is in capitals:
 *
 *     projection: in the log ──applied with its batch──▶ PROCESSED
 *                 in the log ──fails, or is behind one of its key that failed: parked──▶ PENDING
 *     reaction:   in the log ──stored with its batch──▶ PENDING
 *
 *     PENDING ──handled, once no earlier event of its key is PENDING or DEAD──▶ PROCESSED
 *     PENDING ──attempt fails──▶ PENDING, retried after a growing delay; after the last of 8 attempts ──▶ DEAD
 *     PENDING ──an owner that it asks is unavailable: postponed, no attempt──▶ PENDING
 *     DEAD    ──retried by an operator──▶ PENDING with no attempts
 *     DEAD    ──discarded by an operator──▶ DISCARDED
 *     PENDING or DEAD ──rows made anew by a rebuild──▶ PROCESSED
 *
 * PROCESSED and DISCARDED are final, save that a rebuild parks anew what it cannot apply, unless it was DISCARDED.
 */
export class Consumer {
  private held: Lease | undefined;
  private window: Window | undefined;
  private target: Window | undefined;
  /** The page after the one that is being applied, read meanwhile. */
  private ahead: { after: Cursor; page: Promise<Page> } | undefined;
  private renewedAt = 0;
  private batches = 0;
  private stopped = false;
  private running: Promise<void> | undefined;

  constructor(
    readonly name: string,
    readonly handles: ReadonlySet<string>,
    private readonly feed: Feed,
    private readonly reader: LogReader,
    private readonly offset: ConsumerOffset,
    private readonly deliverer: Deliverer,
    private readonly alone: boolean,
    private readonly failed: (error: Error) => void,
  ) {}

  start(): void {
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.feed.polled.raise();
    await this.running;
  }

  /** Whether this process delivers to the consumer now. */
  get isHeld(): boolean {
    return this.held !== undefined;
  }

  /** Everything committed before this moment has been applied, if this process holds the consumer. */
  get watermark(): Date {
    return this.window && !this.window.next ? this.window.watermark : (this.held?.watermark ?? new Date(0));
  }

  /** Whether its rows are being made anew, as far as this process knows, which is two seconds ago at most. */
  get isRebuilding(): boolean {
    return this.offset.isRebuilding;
  }

  get hasParked(): boolean {
    return this.deliverer.hasParked;
  }

  get cursor(): Cursor {
    return this.window?.after ?? this.held?.cursor ?? { snapshot: '1:1:' };
  }

  /** How far it is, if this process holds it. */
  get progress(): ConsumerProgress | undefined {
    return this.held && { snapshot: this.cursor.snapshot, run: this.held.run };
  }

  /** How many batches this process has applied. */
  get applied(): number {
    return this.batches;
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      try {
        if (!(await this.advance()) && !this.mayStop()) await this.feed.polled.next(IDLE_MS);
      } catch (error) {
        if (error instanceof LeaseLost) {
          this.leaveFeed();
          this.held = undefined;
        } else {
          this.failed(error as Error);
          await this.feed.polled.next(RETRY_MS);
        }
      }
    }
    if (this.held) await this.offset.release(this.held.epoch, this.cursor, this.watermark).catch(this.failed);
  }

  private mayStop(): boolean {
    return this.stopped;
  }

  /** @returns whether there may be more to do at once. */
  private async advance(): Promise<boolean> {
    if (!this.held && !(await this.acquire())) return false;
    if (!this.held) return false;
    await this.renewWhenDue(this.held);
    await this.requireSameRun(this.held);
    if (this.feed.isPaused(this.name)) {
      this.leaveFeed();
      return false;
    }
    const { epoch: current } = this.held;
    await this.keepingLease(current, () => this.deliverer.retryParked(current));
    const step = await this.next();
    if (!step) return false;
    const events = step.events.filter(({ eventType, eventVersion }) =>
      this.handles.has(`${eventType}@${eventVersion}`),
    );
    const watermark = step.window?.watermark ?? this.held.watermark;
    if (events.length > 0) {
      const { epoch } = this.held;
      const batch = { events, after: step.after, watermark, epoch };
      if (!(await this.keepingLease(epoch, () => this.deliverer.deliver(batch)))) return false;
      this.renewedAt = Date.now();
      this.batches += 1;
    }
    this.held.cursor = step.after;
    this.held.watermark = watermark;
    this.window = step.window;
    this.feed.progressed.raise();
    if (events.length > 0) this.feed.applied.raise([this.name]);
    return true;
  }

  private async acquire(): Promise<boolean> {
    const held = await this.offset.acquire(this.alone);
    if (!held) return false;
    this.renewedAt = Date.now();
    await this.deliverer.acquired();
    this.held = held;
    return true;
  }

  /** Lets go of its window: while a consumer refers to one, all that come after it stay in memory. */
  private leaveFeed(): void {
    if (this.held) this.held = { ...this.held, cursor: this.cursor, watermark: this.watermark };
    this.window = undefined;
    this.target = undefined;
    this.ahead = undefined;
  }

  private async renewWhenDue(held: Lease): Promise<void> {
    if (Date.now() - this.renewedAt < RENEW_MS) return;
    if (!(await this.offset.renew(held.epoch, this.cursor, this.watermark))) throw new LeaseLost();
    this.renewedAt = Date.now();
  }

  /** A batch that is tried event by event may take longer than a lease lasts. A frozen process extends nothing. */
  private async keepingLease<T>(epoch: string, work: () => Promise<T>): Promise<T> {
    // Should it fail, the batch finds out when it moves the offset.
    const extend = (): void => void this.offset.extend(epoch).catch(() => undefined);
    const timer = setInterval(extend, RENEW_MS);
    try {
      return await work();
    } finally {
      clearInterval(timer);
    }
  }

  /** A cursor from before a crash of the server counts for nothing: the one that is stored is taken instead. */
  private async requireSameRun({ run }: Lease): Promise<void> {
    if (this.feed.latest.run === run) return;
    // The feed may be the one that has not noticed yet.
    if ((await this.feed.fresh()).run !== run) throw new LeaseLost();
  }

  private async next(): Promise<Step | undefined> {
    const current = this.window ?? this.target;
    if (current && this.feed.latest.total - current.total > FAR_BEHIND) this.leaveFeed();
    return this.window ? this.follow(this.window) : this.catchUp();
  }

  private follow(from: Window): Step | undefined {
    const events: Envelope[] = [];
    let window = from;
    while (window.next && events.length < BATCH) {
      window = window.next;
      events.push(...window.events);
    }
    return window === from ? undefined : { events, after: window.after, window };
  }

  /** Reads the log itself, up to a window of the feed, and goes on from there with everybody else. */
  private async catchUp(): Promise<Step | undefined> {
    if (!this.held) return undefined;
    this.target ??= await this.feed.fresh();
    const { snapshot, until } = this.target.after;
    if (until !== undefined) {
      // The feed itself is in the middle of a long window: a later one will do.
      this.target = undefined;
      return undefined;
    }
    const { cursor } = this.held;
    const page = this.ahead?.after === cursor ? this.ahead.page : this.read(cursor, snapshot);
    this.ahead = undefined;
    const { events, next } = await page;
    const arrived = next.until === undefined && next.snapshot === snapshot;
    const window = arrived ? this.target : undefined;
    if (arrived) this.target = undefined;
    else this.ahead = { after: next, page: this.read(next, snapshot) };
    return { events, after: next, window };
  }

  private read(after: Cursor, until: string): Promise<Page> {
    const page = this.reader.read({ ...after, until: after.until ?? until }, BATCH);
    // Whoever waits for it hears of the fault; nobody may, when the consumer is lost or paused.
    page.catch(() => undefined);
    return page;
  }
}
