import type { Clock } from '../base/clock.js';
import type { ModuleDatabase } from '../database/module-database.js';
import type { Delivery } from '../messaging/delivery.js';
import { isRebuilding } from '../messaging/projection-slot.js';
import { AwaitedEvents } from './awaited-events.js';

/** What a reader is told about a read model besides its data. */
export interface ProjectionState {
  lastEventId: string | null;
  lastEventOccurredAt: string | null;
  projectedAt: string | null;
  /** Seconds by which the data may be behind now, by the application's clock. */
  lagSeconds: number;
  freshnessStatus: 'WITHIN_SLO' | 'STALE' | 'REBUILDING';
}

/** The event that last touched a row, or the read model as a whole. */
export interface Touched {
  lastEventId: string | null;
  lastEventOccurredAt: Date | null;
  projectedAt: Date | null;
}

export const UNTOUCHED: Touched = { lastEventId: null, lastEventOccurredAt: null, projectedAt: null };

const POLL_MS = 250;

/** How fresh this module's own projections are, and waiting for an event to be in one. */
export class ReadModels {
  private readonly awaited: AwaitedEvents;

  constructor(
    private readonly database: ModuleDatabase,
    private readonly clock: Clock,
    private readonly delivery: () => Delivery,
  ) {
    this.awaited = new AwaitedEvents(database, delivery);
  }

  /**
   * @param projection the part of the consumer's name after the module's
   * @param keys cases and aggregates that the data is about: one of them parked after a fault makes it stale
   */
  async state(projection: string, touched: Touched, keys: readonly string[]): Promise<ProjectionState> {
    const { upTo, waitingSince, isRebuilding } = await this.progress(projection, keys);
    const since = waitingSince && waitingSince < upTo ? waitingSince : upTo;
    const lagSeconds = Math.max(0, Math.round((this.clock.now().getTime() - since.getTime()) / 10) / 100);
    const isStale = lagSeconds > this.limitOf(projection) || waitingSince !== undefined;
    return {
      lastEventId: touched.lastEventId,
      lastEventOccurredAt: touched.lastEventOccurredAt?.toISOString() ?? null,
      projectedAt: touched.projectedAt?.toISOString() ?? null,
      lagSeconds,
      freshnessStatus: isRebuilding ? 'REBUILDING' : isStale ? 'STALE' : 'WITHIN_SLO',
    };
  }

  /** Whether the projection's age is within its declared limit now; a rebuild does not make it older. */
  async isFresh(projection: string, keys: readonly string[]): Promise<boolean> {
    const { upTo, waitingSince } = await this.progress(projection, keys);
    return !waitingSince && this.clock.now().getTime() - upTo.getTime() <= this.limitOf(projection) * 1000;
  }

  /** Resolves true once the event is applied, false when that takes longer than the time given. */
  waitFor(projection: string, eventId: string, timeoutMs: number): Promise<boolean> {
    return this.awaited.applied(this.nameOf(projection), eventId, timeoutMs);
  }

  /**
   * Polls whenever a consumer has made progress, until it finds something; undefined when the time is over first, or
   * this process is to end.
   */
  async until<Found>(poll: () => Promise<Found | undefined>, timeoutMs: number): Promise<Found | undefined> {
    const end = Date.now() + timeoutMs;
    for (;;) {
      const left = end - Date.now();
      // Asked for before the poll, so that what happens in between is not missed.
      const progress = this.delivery().feed.progressed.next(Math.max(0, Math.min(POLL_MS, left)));
      const found = await poll();
      if (found !== undefined || left <= 0 || this.delivery().ending) return found;
      await progress;
    }
  }

  /** Resolves when one of these projections has applied something, in any replica, or after the time given. */
  applied(projections: readonly string[], atMostMs: number): Promise<void> {
    const consumers = projections.map((each) => this.nameOf(each));
    return this.delivery().feed.applied.next(consumers, atMostMs);
  }

  private limitOf(projection: string): number {
    return this.database.declaration.projections[projection]?.freshness_seconds ?? 0;
  }

  private async progress(
    projection: string,
    keys: readonly string[],
  ): Promise<{ upTo: Date; waitingSince?: Date; isRebuilding: boolean }> {
    const name = this.nameOf(projection);
    const here = this.delivery().consumers.get(name)?.consumer;
    if (here?.isHeld && !here.hasParked) return { upTo: here.watermark, isRebuilding: here.isRebuilding };
    const [stored] = await this.database.query<{
      watermark: Date | null;
      waiting: Date | null;
      rebuilding: boolean;
    }>({
      name: 'consumer_progress',
      text: `SELECT watermark, (SELECT min((envelope ->> 'occurredAt')::timestamptz) FROM inbox_event
               WHERE consumer_name = $1 AND status IN ('PENDING', 'DEAD')
                 AND (event_key = ANY ($2) OR related_key = ANY ($2))) AS waiting,
               ${isRebuilding('$1')} AS rebuilding
             FROM consumer_offset WHERE consumer_name = $1`,
      values: [name, keys],
    });
    const upTo = here?.isHeld ? here.watermark : (stored?.watermark ?? new Date(0));
    return {
      upTo,
      isRebuilding: stored?.rebuilding ?? false,
      ...(stored?.waiting && { waitingSince: stored.waiting }),
    };
  }

  private nameOf(projection: string): string {
    return `${this.database.declaration.module}.${projection}`;
  }
}
