import type { ModuleDatabase } from '../database/module-database.js';
import type { Delivery } from '../messaging/delivery.js';
import { SERVER_RUN, type ConsumerProgress } from '../messaging/server-run.js';

interface Waiter {
  consumer: string;
  eventId: string;
  /** Its time is over: it gets what one more poll finds. */
  overdue: boolean;
  settle(applied: boolean): void;
  fail(error: Error): void;
}

interface Received {
  status: string | null;
  snapshot: string | null;
  run: string;
}

/** Another process may make progress without a notification. */
const POLL_MS = 250;

/**
 * Those who wait for an event to be applied by a consumer of this module. However many they are, one poll of at most
 * two queries serves all of them.
 */
export class AwaitedEvents {
  private readonly waiters = new Set<Waiter>();
  private following = false;
  private polling = false;
  private again = false;

  constructor(
    private readonly database: ModuleDatabase,
    private readonly delivery: () => Delivery,
  ) {}

  /** Resolves true once the event is applied, false when that takes longer than the time given, or than this process. */
  applied(consumer: string, eventId: string, timeoutMs: number): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        clearTimeout(timer);
        this.waiters.delete(waiter);
      };
      const waiter: Waiter = {
        consumer,
        eventId,
        overdue: timeoutMs === 0,
        settle: (applied) => {
          leave();
          resolve(applied);
        },
        fail: (error) => {
          leave();
          reject(error);
        },
      };
      const timer = setTimeout(() => {
        waiter.overdue = true;
        void this.poll();
      }, timeoutMs);
      this.waiters.add(waiter);
      void this.follow();
      void this.poll();
    });
  }

  private async follow(): Promise<void> {
    if (this.following) return;
    this.following = true;
    while (this.waiters.size > 0) {
      await this.delivery().feed.progressed.next(POLL_MS);
      void this.poll();
    }
    this.following = false;
  }

  /** One poll at a time: whoever comes during one is served by the next, together with all who came. */
  private async poll(): Promise<void> {
    this.again = true;
    if (this.polling) return;
    this.polling = true;
    while (this.again && this.waiters.size > 0) {
      this.again = false;
      const asking = [...this.waiters].map((waiter) => ({ waiter, last: waiter.overdue || this.delivery().ending }));
      try {
        const applied = await this.appliedOf(asking.map(({ waiter }) => waiter));
        for (const { waiter, last } of asking) if (last || applied.has(waiter)) waiter.settle(applied.has(waiter));
      } catch (error) {
        for (const { waiter } of asking) waiter.fail(error as Error);
      }
    }
    this.polling = false;
  }

  private async appliedOf(waiters: readonly Waiter[]): Promise<Set<Waiter>> {
    const applied = new Set<Waiter>();
    const unreceived: (ConsumerProgress & { waiter: Waiter; eventId: string })[] = [];
    for (const [index, { status, snapshot, run }] of (await this.received(waiters)).entries()) {
      const waiter = waiters[index];
      if (!waiter) continue;
      if (status === 'PROCESSED' || status === 'DISCARDED') applied.add(waiter);
      if (status !== null) continue;
      for (const progress of this.progressOf(waiter.consumer, snapshot === null ? undefined : { snapshot, run }))
        unreceived.push({ waiter, eventId: waiter.eventId, ...progress });
    }
    const { consumers, reader } = this.delivery();
    const passed = unreceived.length === 0 ? [] : await reader.passed(unreceived);
    for (const [index, event] of passed.entries()) {
      const waiter = unreceived[index]?.waiter;
      if (!waiter || !event?.passed) continue;
      // An event that this projection does not handle counts as applied once it has gone past it.
      const handles = consumers.get(waiter.consumer)?.consumer.handles;
      if (handles && !handles.has(`${event.eventType}@${event.eventVersion}`)) applied.add(waiter);
    }
    return applied;
  }

  /** What the inbox says of each, and how far its consumer was when it last stored that; in the order given. */
  private received(waiters: readonly Waiter[]): Promise<Received[]> {
    return this.database.query({
      name: 'awaited_events',
      // Row by row, so that each is found by its key, however large the inbox and whatever is known of its size.
      text: `SELECT (SELECT status FROM inbox_event WHERE consumer_name = w.consumer AND event_id = w.event) AS status,
               (SELECT snapshot FROM consumer_offset WHERE consumer_name = w.consumer) AS snapshot, ${SERVER_RUN} AS run
             FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS w (consumer, event, place) ORDER BY place`,
      values: [waiters.map(({ consumer }) => consumer), waiters.map(({ eventId }) => eventId)],
    });
  }

  /** How far a consumer is, as far as is known here: another replica that holds it stores this and sends it. */
  private progressOf(name: string, stored: ConsumerProgress | undefined): ConsumerProgress[] {
    const { consumers, progressElsewhere } = this.delivery();
    const here = consumers.get(name)?.consumer.progress;
    if (here) return [here];
    return [progressElsewhere.get(name), stored].filter((each) => each !== undefined);
  }
}
