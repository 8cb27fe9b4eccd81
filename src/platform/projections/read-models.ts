import type { Clock } from '../clock.js';
import type { ModuleDatabase } from '../database/module-database.js';
import type { Delivery } from '../messaging/delivery.js';
import type { Cursor } from '../messaging/log-reader.js';

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

const LOOK_AGAIN_MS = 250;

/** How fresh this module's own projections are, and waiting for an event to be in one. */
export class ReadModels {
  constructor(
    private readonly database: ModuleDatabase,
    private readonly clock: Clock,
    private readonly delivery: () => Delivery,
  ) {}

  /**
   * @param projection the part of the consumer's name after the module's
   * @param keys cases and aggregates that the data is about: one of them set aside after a fault makes it stale
   */
  async state(projection: string, touched: Touched, keys: readonly string[]): Promise<ProjectionState> {
    const { upTo, waitingSince } = await this.standing(projection, keys);
    const since = waitingSince && waitingSince < upTo ? waitingSince : upTo;
    const lagSeconds = Math.max(0, Math.round((this.clock.now().getTime() - since.getTime()) / 10) / 100);
    const limit = this.database.declaration.projections[projection]?.freshness_seconds ?? 0;
    return {
      lastEventId: touched.lastEventId,
      lastEventOccurredAt: touched.lastEventOccurredAt?.toISOString() ?? null,
      projectedAt: touched.projectedAt?.toISOString() ?? null,
      lagSeconds,
      freshnessStatus: lagSeconds > limit || waitingSince ? 'STALE' : 'WITHIN_SLO',
    };
  }

  /** Whether the projection's age is within its declared limit now. */
  async isFresh(projection: string, keys: readonly string[]): Promise<boolean> {
    return (await this.state(projection, UNTOUCHED, keys)).freshnessStatus === 'WITHIN_SLO';
  }

  /** Resolves true once the event is applied, false when that takes longer than the time given. */
  async waitFor(projection: string, eventId: string, timeoutMs: number): Promise<boolean> {
    return (
      (await this.until(async () => (await this.hasApplied(projection, eventId)) || undefined, timeoutMs)) ?? false
    );
  }

  /** Looks whenever a consumer has got on, until the look finds something; undefined when the time is over first. */
  async until<Found>(look: () => Promise<Found | undefined>, timeoutMs: number): Promise<Found | undefined> {
    const end = Date.now() + timeoutMs;
    for (;;) {
      const left = end - Date.now();
      // Asked for before looking, so that what happens in between is not missed.
      const progress = this.progress(Math.max(0, Math.min(LOOK_AGAIN_MS, left)));
      const found = await look();
      if (found !== undefined || left <= 0) return found;
      await progress;
    }
  }

  /** Resolves when a consumer of this process has got on, or after the time given. */
  progress(atMostMs: number): Promise<void> {
    return this.delivery().feed.progressed.next(atMostMs);
  }

  private async hasApplied(projection: string, eventId: string): Promise<boolean> {
    const name = this.nameOf(projection);
    const [received] = await this.database.query<{ status: string }>({
      name: 'inbox_status',
      text: 'SELECT status FROM inbox_event WHERE consumer_name = $1 AND event_id = $2',
      values: [name, eventId],
    });
    if (received) return received.status === 'PROCESSED' || received.status === 'DISCARDED';
    // An event that this projection does not handle counts as applied once it has gone past it.
    const { consumers, reader } = this.delivery();
    const consumer = consumers.get(name)?.consumer;
    if (!consumer) return false;
    // Another process may hold it: how far it is there is stored with each batch, and every two seconds without one.
    const cursor = consumer.isHeld ? consumer.cursor : await this.storedCursor(name);
    const found = cursor && (await reader.seen(eventId, cursor));
    return found?.seen === true && !consumer.handles.has(`${found.eventType}@${found.eventVersion}`);
  }

  private async storedCursor(name: string): Promise<Cursor | undefined> {
    const [stored] = await this.database.query<{ snapshot: string; until: string | null; position: string | null }>({
      name: 'consumer_cursor',
      text: 'SELECT snapshot, until_snapshot AS until, position FROM consumer_offset WHERE consumer_name = $1',
      values: [name],
    });
    if (!stored) return undefined;
    const { snapshot, until, position } = stored;
    return until === null ? { snapshot } : { snapshot, until, position: position ?? '0' };
  }

  private async standing(projection: string, keys: readonly string[]): Promise<{ upTo: Date; waitingSince?: Date }> {
    const name = this.nameOf(projection);
    const here = this.delivery().consumers.get(name)?.consumer;
    if (here?.isHeld && !here.hasParked) return { upTo: here.watermark };
    const [stored] = await this.database.query<{ watermark: Date | null; waiting: Date | null }>({
      name: 'consumer_standing',
      text: `SELECT watermark, (SELECT min((envelope ->> 'occurredAt')::timestamptz) FROM inbox_event
               WHERE consumer_name = $1 AND status IN ('PENDING', 'DEAD')
                 AND (event_key = ANY ($2) OR case_id = ANY ($2))) AS waiting
             FROM consumer_offset WHERE consumer_name = $1`,
      values: [name, keys],
    });
    const upTo = here?.isHeld ? here.watermark : (stored?.watermark ?? new Date(0));
    return stored?.waiting ? { upTo, waitingSince: stored.waiting } : { upTo };
  }

  private nameOf(projection: string): string {
    return `${this.database.declaration.module}.${projection}`;
  }
}
