import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { CASEWORK } from '../../src/casework/domain.js';
import { newId } from '../../src/platform/base/ids.js';
import { LogReader } from '../../src/platform/messaging/log-reader.js';
import { serverUrl } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { ProbeDatabase } from '../support/probe/probe-database.js';

const WRITERS = 16;
const HOT = 20;
const TURNS = 40;

interface Seen {
  id: string;
  aggregateId: string;
  aggregateVersion: number;
}

/** Reads on and on, and remembers what it saw in the order in which it saw it. */
class Follower {
  readonly seen: Seen[] = [];
  private stopped = false;
  private readonly following: Promise<void>;

  constructor(private readonly readOn: () => Promise<Seen[]>) {
    this.following = this.follow();
  }

  has = (id: string): boolean => this.seen.some((each) => each.id === id);

  /** Ends after a read that began after this call. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.following;
    this.seen.push(...(await this.readOn()));
  }

  private async follow(): Promise<void> {
    while (!this.stopped) this.seen.push(...(await this.readOn()));
  }
}

describe('sixteen writers on twenty hot aggregates, beside transactions that stay open', () => {
  let database: ProbeDatabase;
  const open: pg.Client[] = [];
  beforeAll(async () => {
    database = await ProbeDatabase.clone();
  });
  afterAll(async () => {
    await Promise.all(open.map((client) => client.end()));
    await database.drop();
  });

  async function connectAs(module: string): Promise<pg.Client> {
    const client = await database.connectAs(module);
    open.push(client);
    return client;
  }

  const gadgets = Array.from({ length: HOT }, (_, n) => `gad_${n}`);

  /** Begins what a command does: the next version of an aggregate, and its event. */
  async function begin(writer: pg.Client, gadgetId: string): Promise<string> {
    const id = newId('evt');
    await writer.query('BEGIN');
    await writer.query({
      name: 'next',
      text: `WITH next AS (UPDATE gadget SET version = version + 1 WHERE gadget_id = $2 RETURNING version)
        INSERT INTO bus.outbox_event (id, producer, aggregate_type, aggregate_id, aggregate_version, event_type,
          event_version, topic, event_key, payload_json, classification, correlation_id, causation_id, occurred_at)
        SELECT $1, 'probe', 'gadget', $2, version, 'GadgetPainted', 1, 'probe', $2, '{}', 'INTERNAL', 'corr', 'cmd', '2025-01-01Z'
        FROM next`,
      values: [id, gadgetId],
    });
    return id;
  }

  it('lose and disorder nothing for a reader of windows, and lose events for a serial cursor', async () => {
    await database.sql(`INSERT INTO probe.gadget SELECT id, 0, id, 'plain' FROM unnest($1::text[]) AS id`, [gadgets]);
    // One that is in the way of every cursor that waits for the oldest transaction, here and in another database.
    const here = await connectAs('probe');
    await here.query('BEGIN; SELECT pg_current_xact_id()');
    const elsewhere = new pg.Client({ connectionString: serverUrl() });
    open.push(elsewhere);
    await elsewhere.connect();
    await elsewhere.query('BEGIN; SELECT pg_current_xact_id()');

    const reader = new LogReader((await database.process()).bus, CASEWORK.relatedBy);
    let cursor: Parameters<LogReader['read']>[0] = { snapshot: await reader.snapshot() };
    const windows = new Follower(async () => {
      const { events, next } = await reader.read(cursor, 50);
      cursor = next;
      return events;
    });
    let last = '0';
    const serial = new Follower(async () => {
      const rows = await database.sql<Seen & { position: string }>(
        `SELECT id, position, aggregate_id AS "aggregateId", aggregate_version::int AS "aggregateVersion"
         FROM bus.outbox_event WHERE position > $1 ORDER BY position`,
        [last],
      );
      last = rows.at(-1)?.position ?? last;
      return rows;
    });

    // One that took its number early commits late, for certain: both have read beyond it by then.
    const [slow, quick] = [await connectAs('probe'), await connectAs('probe')];
    const early = await begin(slow, gadgets[0] ?? '');
    const late = await begin(quick, gadgets[1] ?? '');
    await quick.query('COMMIT');
    await eventually(
      () => windows.has(late) && serial.has(late),
      (both) => both,
    );
    await slow.query('COMMIT');

    await Promise.all(
      Array.from({ length: WRITERS }, async (_, number) => {
        const writer = await connectAs('probe');
        for (let turn = 0; turn < TURNS; turn += 1) {
          await begin(writer, gadgets[(number * 7 + turn * 3) % HOT] ?? '');
          await writer.query('COMMIT');
        }
      }),
    );
    // A window larger than a page is read in several polls.
    const all = 2 + WRITERS * TURNS;
    await eventually(
      () => windows.seen.length,
      (count) => count >= all,
    );
    await Promise.all([windows.stop(), serial.stop()]);

    expect(new Set(windows.seen.map(({ id }) => id)).size).toBe(all);
    expect(windows.seen).toHaveLength(all);
    for (const gadgetId of gadgets) {
      const versions = windows.seen
        .filter(({ aggregateId }) => aggregateId === gadgetId)
        .map(({ aggregateVersion }) => aggregateVersion);
      expect(versions).toEqual(versions.map((_, index) => index + 1));
    }
    expect([windows.has(early), serial.has(early)]).toEqual([true, false]);
    expect(serial.seen.length).toBeLessThan(all);
  });
});
