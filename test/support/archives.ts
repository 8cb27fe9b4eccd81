import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { CASEWORK } from '../../src/casework/domain.js';
import { ArchiveReader } from '../../src/platform/archive/archive-reader.js';
import { writeArchive } from '../../src/platform/administration/write-archive.js';
import { partitionsIn } from '../../src/platform/administration/backup/catalog.js';
import { ConnectionBudget } from '../../src/platform/database/connection-budget.js';
import { ModuleDatabase } from '../../src/platform/database/module-database.js';
import { ensurePartitions } from '../../src/platform/administration/partitions.js';
import { drop, retire, type Retirement } from '../../src/platform/administration/retire.js';
import type { Envelope } from '../../src/platform/messaging/envelope.js';
import { BEGINNING, LogReader } from '../../src/platform/messaging/log-reader.js';
import type { Declaration } from '../../src/platform/ownership/declaration.js';
import { declarations } from '../../src/platform/start.js';
import { asServerAdministrator, type TestDatabase } from './database.js';
import { eventually } from './eventually.js';

/** A folder for what is retired from a database, and the ways to put something there and to read it. */
export class Archives {
  private constructor(readonly folder: string) {}

  static async open(): Promise<Archives> {
    return new Archives(await mkdtemp(join(tmpdir(), 'remit-archive-')));
  }

  clear(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }

  /** Every consumer is at the present, so that nothing keeps a month that has ended. */
  static async standAtTheHead(admin: pg.ClientBase, declared: readonly Declaration[] = declarations()): Promise<void> {
    for (const { module, database, projections, reactions } of declared.filter(({ module }) => module !== 'platform'))
      for (const each of [...Object.keys(projections), ...Object.keys(reactions)])
        await admin.query(
          `INSERT INTO ${database.schema}.consumer_offset (consumer_name, snapshot) VALUES ($1, pg_current_snapshot()::text)
           ON CONFLICT (consumer_name) DO UPDATE SET snapshot = excluded.snapshot, until_snapshot = NULL, position = NULL`,
          [`${module}.${each}`],
        );
  }

  /** Retires what every consumer is past, all of them being at the head. */
  retire({ url }: Pick<TestDatabase, 'url'>, before: Date): Promise<Retirement[]> {
    return asServerAdministrator(async (admin) => {
      await ensurePartitions(admin, declarations(), new Date());
      await Archives.standAtTheHead(admin);
      return retire(admin, declarations(), before, this.folder);
    }, url);
  }

  /** Archives and drops every part of the log, also of the month that is being written, once all consumers are at its end. */
  retireAll({ url }: Pick<TestDatabase, 'url'>): Promise<void> {
    return asServerAdministrator(async (admin) => {
      await ensurePartitions(admin, declarations(), new Date());
      for (const partition of await partitionsIn(admin, declarations())) {
        if (partition.schema !== 'bus') continue;
        // A consumer notes every two seconds that it is past what it need not apply.
        await eventually(
          async () => drop(admin, declarations(), partition, await writeArchive(admin, partition, this.folder)),
          (obstacle) => obstacle === undefined,
        );
      }
    }, url);
  }

  /** What the archives of a database hold after a position. */
  async read(database: TestDatabase, after = '0'): Promise<Envelope[]> {
    return withBus(database, async (bus) => {
      const events: Envelope[] = [];
      for await (const event of new ArchiveReader(bus, this.folder).eventsAfter(after)) events.push(event);
      return events;
    });
  }

  /** What the log of a database gives to a consumer that begins at its beginning. */
  static logOf(database: TestDatabase): Promise<Envelope[]> {
    return withBus(
      database,
      async (bus) => (await new LogReader(bus, CASEWORK.relatedBy).read(BEGINNING, 1000)).events,
    );
  }
}

async function withBus<T>({ connections }: TestDatabase, work: (bus: ModuleDatabase) => Promise<T>): Promise<T> {
  const platform = declarations().find(({ module }) => module === 'platform');
  if (!platform) throw new Error('The platform has no declaration.');
  const bus = await ModuleDatabase.open(platform, connections.get('platform') ?? '', [], new ConnectionBudget(2));
  try {
    return await work(bus);
  } finally {
    await bus.close();
  }
}
