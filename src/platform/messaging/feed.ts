import type { Clock } from '../base/clock.js';
import { Applied } from './applied.js';
import type { Envelope } from './envelope.js';
import { BEGINNING, type Cursor, type LogReader } from './log-reader.js';
import { Signal } from './signal.js';

/** What one poll of the log found. Consumers go from window to window, so that those at the head share one read. */
export interface Window {
  events: readonly Envelope[];
  /** The offset of a consumer that has applied this window and all before. */
  after: Cursor;
  /** Everything committed before this moment, by the application's clock, is in this window or in one before it. */
  watermark: Date;
  /** Events in all windows up to here, to know how far somebody is behind. */
  total: number;
  /** The run of the server in which it was seen; no window leads to one of another run. */
  run: string;
  next?: Window;
}

const PAGE = 500;
const POLL_MS = 250;
/** After a large poll that was not full, let events gather: many small batches cost more than they gain. */
const LINGER_MS = 8;
const LINGER_FROM = 40;

/**
 * Polls the log when woken and at least every quarter of a second, and chains what it finds. A window that no consumer
 * refers to any more is collected as garbage.
 */
export class Feed {
  private head: Window;
  private stopped = false;
  private running: Promise<void> | undefined;
  /** When the long window that is being paged was pinned: its pages hold nothing newer. */
  private pinnedAt: Date | undefined;
  private begun = 0;
  private ended = 0;
  private readonly wakeUp = new Signal();
  /** Raised after each poll: something new may be there, or time has passed. */
  readonly polled = new Signal();
  /** Raised when a consumer of this process has got on. */
  readonly progressed = new Signal();
  /** Raised when a consumer of this process or of another replica has applied something, and not only gone past it. */
  readonly applied = new Applied();
  private pausedNames: ReadonlySet<string> = new Set();

  constructor(
    private readonly reader: LogReader,
    private readonly clock: Clock,
    private readonly failed: (error: Error) => void,
  ) {
    this.head = { events: [], after: BEGINNING, watermark: new Date(0), total: 0, run: '' };
  }

  /** Begins at the present; whoever is behind it catches up by reading the log itself. */
  async start(): Promise<void> {
    await this.begin(await this.reader.run());
    this.running = this.run();
  }

  /** @param run of the server as it was just now; should it have ended since, the next poll finds another */
  private async begin(run: string): Promise<void> {
    const watermark = this.clock.now();
    this.head = {
      events: [],
      after: { snapshot: await this.reader.snapshot() },
      watermark,
      total: this.head.total,
      run,
    };
    this.pinnedAt = undefined;
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.wakeUp.raise();
    await this.running;
    this.polled.raise();
  }

  /** Something was committed: poll now. */
  wake(): void {
    this.wakeUp.raise();
  }

  get latest(): Window {
    return this.head;
  }

  isPaused(consumer: string): boolean {
    return this.pausedNames.has('relay') || this.pausedNames.has(consumer);
  }

  /** Resolves after a poll that began after this call, so that the caller can rely on what it has then seen. */
  async fresh(): Promise<Window> {
    const wanted = this.begun + 1;
    while (this.ended < wanted && !this.stopped) {
      this.wake();
      await this.polled.next(POLL_MS);
    }
    return this.head;
  }

  private isStopped(): boolean {
    return this.stopped;
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      this.begun += 1;
      const found = await this.poll();
      this.ended = this.begun;
      this.polled.raise();
      if (found >= LINGER_FROM && found < PAGE) await new Promise((resolve) => setTimeout(resolve, LINGER_MS));
      else if (found === 0 && !this.isStopped()) await this.wakeUp.next(POLL_MS);
    }
  }

  private async poll(): Promise<number> {
    const polledAt = this.pinnedAt ?? this.clock.now();
    try {
      const { events, next, paused, run } = await this.reader.read(this.head.after, PAGE);
      if (run !== this.head.run) {
        // What was seen before the crash may not be what is there now: every consumer goes on from what it has stored.
        await this.begin(run);
        return 0;
      }
      this.pausedNames = paused;
      // While delivery is paused nothing is handed on, and the watermark does not move.
      if (paused.has('relay')) return 0;
      const isWhole = next.until === undefined;
      this.pinnedAt = isWhole ? undefined : polledAt;
      const watermark = isWhole ? polledAt : this.head.watermark;
      if (events.length === 0) {
        this.head.after = next;
        this.head.watermark = watermark;
        return 0;
      }
      const window: Window = { events, after: next, watermark, total: this.head.total + events.length, run };
      this.head.next = window;
      this.head = window;
      return events.length;
    } catch (error) {
      if (!this.stopped) this.failed(error as Error);
      return 0;
    }
  }
}
