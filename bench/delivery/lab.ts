import { setTimeout as pause } from 'node:timers/promises';
import type { Cleanup } from '../run/cleanup.js';
import { benchDatabase } from '../contexts/contexts.js';
import type { BenchDatabase, BenchServer } from '../server/bench-server.js';
import { Child } from '../server/child.js';
import { fillLog } from './fill-log.js';
import type { ConsumerKind } from './consumers.js';

const WITHIN_MS = 60_000;

export interface Memory {
  residentMiB: number;
  heapMiB: number;
}

/** A database with the bench's contexts, and a process that delivers its log. */
export class DeliveryLab {
  private constructor(
    readonly database: BenchDatabase,
    readonly child: Child,
  ) {}

  /** @param alone whether no other process will deliver the same log */
  static async open(server: BenchServer, name: string, cleanup: Cleanup, alone = true): Promise<DeliveryLab> {
    const database = await benchDatabase(server, name);
    return DeliveryLab.beside(database, cleanup, alone);
  }

  /** One more process on the same database. */
  static async beside(database: BenchDatabase, cleanup: Cleanup, alone = false): Promise<DeliveryLab> {
    const child = Child.start('delivery/delivery-process', cleanup);
    await child.call('open', { connections: [...database.connections], alone });
    return new DeliveryLab(database, child);
  }

  /** A consumer that has not run yet begins at the end of the log, as if it had applied everything. */
  async standAtPresent(consumer: ConsumerKind): Promise<void> {
    await this.database.admin.query(
      'INSERT INTO sink.consumer_offset (consumer_name, snapshot) VALUES ($1, pg_current_snapshot()::text)',
      [`sink.${consumer}`],
    );
  }

  /** Logs this many events while nobody delivers, and answers how many a second are then delivered. */
  async drain(consumers: readonly ConsumerKind[], events: number): Promise<number> {
    await fillLog(this.database, events);
    return this.rateOf(consumers, events);
  }

  /**
   * Delivers until every consumer has applied this many events.
   * @throws Error when more or fewer events were applied than there are
   */
  async rateOf(consumers: readonly ConsumerKind[], events: number): Promise<number> {
    const seconds = await this.child.call<number>('deliver', { consumers, events });
    return events / seconds;
  }

  /**
   * Lets several processes deliver one log, each consumer by whoever takes it first.
   * @returns events a second until every consumer has applied this many in one process or the other
   */
  static async sharedRate(
    labs: readonly DeliveryLab[],
    consumers: readonly ConsumerKind[],
    events: number,
  ): Promise<number> {
    const startedAt = performance.now();
    await Promise.all(labs.map(({ child }) => child.call('live', { consumers })));
    for (;;) {
      const applied = await Promise.all(labs.map(({ child }) => child.call<Record<string, number>>('applied')));
      const total = (name: string): number => applied.reduce((sum, each) => sum + (each[`sink.${name}`] ?? 0), 0);
      if (consumers.every((each) => total(each) >= events)) break;
      await pause(10);
    }
    const seconds = (performance.now() - startedAt) / 1000;
    await Promise.all(labs.map(({ child }) => child.call('end')));
    return events / seconds;
  }

  /** Waits until a table has a row for each of the items' events. */
  async applied(table: 'rows_a' | 'trace'): Promise<void> {
    const end = Date.now() + WITHIN_MS;
    for (;;) {
      const { rows } = await this.database.admin.query<{ left: boolean }>(
        `SELECT EXISTS (SELECT 1 FROM bus.outbox_event e WHERE event_type = 'ItemChanged' AND NOT EXISTS
           (SELECT 1 FROM sink.${table} r WHERE r.last_event_id = e.id)) AS left`,
      );
      if (rows[0]?.left === false) return;
      if (Date.now() > end) throw new Error(`Events are missing in ${table}.`);
      await pause(200);
    }
  }

  memory(): Promise<Memory> {
    return this.child.call('memory');
  }
}
