import type { Envelope } from '../../messaging/envelope.js';
import { BEGINNING, type Cursor, type LogReader } from '../../messaging/log-reader.js';

const PAGE = 500;

/** Events that are in the log no more, in the order of their positions. */
export interface ArchivedEvents {
  eventsAfter(position: string): AsyncIterable<Envelope>;
  /** How many parts of the log have been retired so far. */
  parts(): Promise<number>;
}

/** A part of the log between two offsets. */
export interface ReplayPage {
  events: readonly Envelope[];
  after: Cursor;
}

/** The window to read next between two offsets, and the last position of it that counts. */
function windowBetween(from: Cursor, to: Cursor): { window: Cursor & { until: string }; upTo?: string } | undefined {
  const until = from.until ?? (from.snapshot === to.snapshot ? to.until : to.snapshot);
  if (until === undefined) return undefined;
  const upTo = from.snapshot === to.snapshot && until === to.until ? to.position : undefined;
  if (upTo === undefined) return { window: { ...from, until } };
  return BigInt(from.position ?? 0) >= BigInt(upTo) ? undefined : { window: { ...from, until }, upTo };
}

/**
 * Reads the log, and before it the archives of what was retired, from its beginning up to the offset of a consumer: the
 * same events as it has gone past, and no others. Each page is pinned by its cursor, so that nobody's transaction is
 * waited for and none is held open.
 */
export class ReplaySource {
  private scan: { after: Cursor; events: AsyncGenerator<Envelope> } | undefined;

  constructor(
    private readonly reader: LogReader,
    private readonly archive: ArchivedEvents,
  ) {}

  /** @returns undefined when there is nothing between the two */
  async next(from: Cursor, to: Cursor): Promise<ReplayPage | undefined> {
    const range = windowBetween(from, to);
    if (!range) return undefined;
    const { window, upTo } = range;
    const { events, isWhole } = await this.page(from, window);
    const last = events.at(-1)?.position;
    const within = upTo === undefined ? events : events.filter(({ position }) => BigInt(position) <= BigInt(upTo));
    if (upTo !== undefined && (isWhole || within.length < events.length)) return { events: within, after: to };
    const after = isWhole ? { snapshot: window.until } : { ...window, position: last ?? '0' };
    if (this.scan) this.scan.after = after;
    return { events: within, after };
  }

  /** The events about a key up to an offset, in the order of their positions. */
  async about(key: string, upTo: Cursor): Promise<Envelope[]> {
    const found = new Map<string, Envelope>();
    for await (const event of this.reader.about(key, upTo)) found.set(event.position, event);
    // Afterwards, so that what is retired meanwhile is in the one or the other.
    for await (const event of this.archive.eventsAfter('0'))
      if (this.reader.isAbout(key, event)) found.set(event.position, event);
    return [...found.values()].sort((a, b) => (BigInt(a.position) < BigInt(b.position) ? -1 : 1));
  }

  /** How many parts of the log have been retired so far. */
  retired(): Promise<number> {
    return this.archive.parts();
  }

  /** The highest position that has been given to an event. */
  lastPosition(): Promise<number> {
    return this.reader.lastPosition();
  }

  private async page(from: Cursor, window: Cursor): Promise<{ events: Envelope[]; isWhole: boolean }> {
    if (window.snapshot !== BEGINNING.snapshot) {
      this.leave();
      const { events, next } = await this.reader.read(window, PAGE);
      return { events, isWhole: next.until === undefined };
    }
    if (this.scan?.after !== from) this.leave();
    this.scan ??= { after: from, events: this.fromTheBeginning({ ...window, position: window.position ?? '0' }) };
    const events: Envelope[] = [];
    while (events.length < PAGE) {
      const next = await this.scan.events.next();
      if (next.done) return { events, isWhole: true };
      events.push(next.value);
    }
    return { events, isWhole: false };
  }

  /** What was archived and is still in the log counts once. */
  private async *fromTheBeginning(window: Cursor & { position: string }): AsyncGenerator<Envelope> {
    // The log first: what is retired after that waits for the offset of this rebuild, which is stored by now.
    let { events, next } = await this.reader.read(window, PAGE);
    const archived = this.archive.eventsAfter(window.position)[Symbol.asyncIterator]();
    try {
      let kept = await archived.next();
      for (;;) {
        for (const event of events) {
          for (; !kept.done && BigInt(kept.value.position) <= BigInt(event.position); kept = await archived.next())
            if (kept.value.position !== event.position) yield kept.value;
          yield event;
        }
        if (next.until === undefined) break;
        ({ events, next } = await this.reader.read(next, PAGE));
      }
      for (; !kept.done; kept = await archived.next()) yield kept.value;
    } finally {
      await archived.return?.();
    }
  }

  /** Lets go of the archives that it has open. */
  leave(): void {
    void this.scan?.events.return(undefined);
    this.scan = undefined;
  }
}
