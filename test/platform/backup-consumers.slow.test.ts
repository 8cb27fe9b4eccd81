import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { PartyRegistered } from '../../src/contracts/party/party-registered.v1.js';
import { CASEWORK } from '../../src/casework/domain.js';
import { ConnectionBudget } from '../../src/platform/database/connection-budget.js';
import { ModuleDatabase } from '../../src/platform/database/module-database.js';
import { checkDatabase, prepareDatabase } from '../../src/platform/administration/prepare-database.js';
import { newId } from '../../src/platform/base/ids.js';
import { LogReader, type Cursor } from '../../src/platform/messaging/log-reader.js';
import { declarations } from '../../src/platform/start.js';
import { Backups } from '../support/backups.js';
import { asServerAdministrator, cloneDatabase, type TestDatabase } from '../support/database.js';
import { writeEvents, connectAs } from '../support/open-writers.js';

interface StoredOffset {
  consumer: string;
  snapshot: string;
  until: string | null;
  position: string | null;
}

const OFFSET = 'consumer_name AS consumer, snapshot, until_snapshot AS until, position';

/** Consumers with different offsets, one of them in the middle of a window, with transactions still open. */
describe('what consumers have seen, carried over', () => {
  let backups: Backups;
  let source: TestDatabase;
  const seenBefore = new Map<string, string[]>();
  const writers: pg.Client[] = [];
  const consumers = [
    'reporting.at-the-beginning',
    'reporting.before-a-hole',
    'reporting.mid-window',
    'reporting.at-the-head',
  ];

  const sql = <Row extends object>(url: string, text: string, values: unknown[] = []): Promise<Row[]> =>
    asServerAdministrator(async (admin) => (await admin.query<Row>(text, values)).rows, url);

  async function withReader<T>({ connections }: TestDatabase, work: (reader: LogReader) => Promise<T>): Promise<T> {
    const platform = declarations().find(({ module }) => module === 'platform');
    if (!platform) throw new Error('no platform');
    const bus = await ModuleDatabase.open(platform, connections.get('platform') ?? '', [], new ConnectionBudget(2));
    try {
      return await work(new LogReader(bus, CASEWORK.relatedBy));
    } finally {
      await bus.close();
    }
  }

  const storeOffset = (name: string, { snapshot, until, position }: Cursor): Promise<object[]> =>
    sql(
      source.url,
      `INSERT INTO reporting.consumer_offset (consumer_name, snapshot, until_snapshot, position, holder, lease_until)
       VALUES ($1, $2, $3, $4, 'somebody', clock_timestamp() + interval '1 hour')`,
      [name, snapshot, until ?? null, position ?? null],
    );

  /** What each consumer is still given, page by page of three, from its offset. */
  async function stillToCome(database: TestDatabase): Promise<Map<string, string[]>> {
    const offsets = await sql<StoredOffset>(database.url, `SELECT ${OFFSET} FROM reporting.consumer_offset`);
    return withReader(database, async (reader) => {
      const given = new Map<string, string[]>();
      for (const { consumer, snapshot, until, position } of offsets) {
        let cursor: Cursor = until === null ? { snapshot } : { snapshot, until, position: position ?? '0' };
        const ids: string[] = [];
        for (let more = true; more;) {
          const { events, next } = await reader.read(cursor, 3);
          ids.push(...events.map(({ id }) => id));
          more = events.length > 0 || cursor.until !== undefined;
          cursor = next;
        }
        given.set(consumer, ids);
      }
      return given;
    });
  }

  beforeAll(async () => {
    backups = await Backups.open();
    source = await cloneDatabase();
    const ids = (count: number): string[] => Array.from({ length: count }, () => newId('evt'));
    const begin = async (events: string[]): Promise<pg.Client> => {
      const writer = await connectAs(source, 'party');
      writers.push(writer);
      await writer.query('BEGIN');
      await writeEvents(writer, PartyRegistered, events);
      return writer;
    };
    await withReader(source, async (reader) => {
      await (await begin(ids(2))).query('COMMIT');
      const hole = await begin(ids(1));
      await (await begin(ids(2))).query('COMMIT');
      await storeOffset('reporting.at-the-beginning', { snapshot: '1:1:' });
      const holed = await reader.snapshot();
      await storeOffset('reporting.before-a-hole', { snapshot: holed });
      await hole.query('COMMIT');
      const second = await begin(ids(2));
      await (await begin(ids(5))).query('COMMIT');
      const page = await reader.read({ snapshot: holed }, 3);
      await storeOffset('reporting.mid-window', { ...page.next });
      await second.query('COMMIT');
      await storeOffset('reporting.at-the-head', { snapshot: await reader.snapshot() });
      await begin(ids(1));
    });
    for (const [consumer, ids] of await stillToCome(source)) seenBefore.set(consumer, ids);
  });
  afterAll(async () => {
    await Promise.all(writers.map((writer) => writer.end()));
    await source.drop();
    await backups.clear();
  });

  it('differs from consumer to consumer before, so that a mistake would show', () => {
    const counts = consumers.map((consumer) => seenBefore.get(consumer)?.length);
    expect(counts).toEqual([12, 8, 5, 0]);
  });

  it('is the same after a restore: what was seen is not given again, what was not is', async () => {
    const { folder } = await backups.of(source);
    const restored = await backups.restored(folder);
    expect(await stillToCome(restored)).toEqual(seenBefore);
    const held = await sql(
      restored.url,
      'SELECT FROM reporting.consumer_offset WHERE holder IS NOT NULL OR lease_until IS NOT NULL',
    );
    expect(held).toEqual([]);
    const [late] = [newId('evt')];
    const writer = await connectAs(restored, 'party');
    writers.push(writer);
    await writeEvents(writer, PartyRegistered, [late]);
    const after = await stillToCome(restored);
    for (const consumer of consumers) expect(after.get(consumer)).toEqual([...(seenBefore.get(consumer) ?? []), late]);
  });

  it('is the same after the database was moved to another cluster by other means, at the next start', async () => {
    await Promise.all(writers.splice(0).map((writer) => writer.end()));
    const before = await stillToCome(source);
    expect(before).toEqual(seenBefore);
    // As if everything had been written in a cluster that is a thousand million transactions ahead.
    const AHEAD = 1_000_000_000n;
    const ahead = (snapshot: string): string => snapshot.replaceAll(/\d+/g, (each) => String(BigInt(each) + AHEAD));
    await sql(source.url, 'UPDATE bus.cluster_identity SET system_identifier = 1');
    await sql(source.url, `UPDATE bus.outbox_event SET txid = ((txid::text)::bigint + $1)::text::xid8`, [
      String(AHEAD),
    ]);
    const offsets = await sql<StoredOffset>(source.url, `SELECT ${OFFSET} FROM reporting.consumer_offset`);
    for (const { consumer, snapshot, until } of offsets)
      await sql(
        source.url,
        'UPDATE reporting.consumer_offset SET snapshot = $2, until_snapshot = $3 WHERE consumer_name = $1',
        [consumer, ahead(snapshot), until && ahead(until)],
      );
    const head = await withReader(source, async (reader) => reader.read({ snapshot: await reader.snapshot() }, 50));
    expect(head.events).toHaveLength(12);
    await expect(checkDatabase(Object.fromEntries(source.connections), declarations())).rejects.toThrow(
      /^The database comes from another cluster: run "remit db migrate"[^\n]*$/,
    );

    await prepareDatabase(source.url, declarations());
    expect(await stillToCome(source)).toEqual(before);
    const now = await withReader(source, async (reader) => reader.read({ snapshot: await reader.snapshot() }, 50));
    expect(now.events).toEqual([]);
    await expect(checkDatabase(Object.fromEntries(source.connections), declarations())).resolves.toBeDefined();
  });
});
