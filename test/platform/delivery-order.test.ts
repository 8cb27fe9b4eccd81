import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { bodyOf, make, paint } from '../support/probe/commands.js';
import { ProbeDatabase } from '../support/probe/probe-database.js';
import { ECHOES, LIST, type ProbeProcess } from '../support/probe/probe-process.js';

const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1);

describe('delivery', () => {
  let database: ProbeDatabase;
  let process: ProbeProcess;
  beforeAll(async () => {
    database = await ProbeDatabase.clone();
  });
  beforeEach(async () => {
    process = await database.process();
  });
  afterEach(() => database.clear());
  afterAll(() => database.drop());

  /** Writes events of gadgets that nobody made, all in one transaction. */
  const writeMany = (count: number, from = 1): Promise<unknown> =>
    database.sql(
      `INSERT INTO bus.outbox_event (id, producer, aggregate_type, aggregate_id, aggregate_version, event_type,
         event_version, topic, event_key, payload_json, classification, correlation_id, causation_id, occurred_at)
       SELECT 'evt_' || lpad(n::text, 26, '0'), 'probe', 'gadget', 'gad_' || n % 10, 1 + n / 10, 'GadgetMade', 1, 'probe',
         'gad_' || n % 10, '{}', 'INTERNAL', 'corr', 'cmd', '2025-01-01Z'
       FROM generate_series($1::int, $2::int) AS n`,
      [from, from + count - 1],
    );

  async function applied(): Promise<number> {
    return [...(await database.rows()).values()].flat().length;
  }

  it('loses, doubles and disorders nothing under eight writers while a foreign transaction stays open', async () => {
    const gadgets = await Promise.all(upTo(5).map((n) => make(process.work, `hot ${n}`)));
    const foreign = await database.connectAs('probe');
    await foreign.query('BEGIN');
    await foreign.query(`INSERT INTO gadget VALUES ('gad_foreign', 1, 'foreign', 'plain')`);
    await process.deliver([process.list, process.echoes]);

    const versions = new Map(gadgets.map(({ gadgetId }) => [gadgetId, 1]));
    async function writer(offset: number): Promise<void> {
      for (let turn = 0; turn < 40; turn += 1) {
        const gadgetId = gadgets[(turn + offset) % gadgets.length]?.gadgetId ?? '';
        const answer = await paint(process.work, gadgetId, `${offset}`).catch(() => undefined);
        if (answer) versions.set(gadgetId, Math.max(versions.get(gadgetId) ?? 0, bodyOf(answer).version));
      }
    }
    await Promise.all(upTo(8).map(writer));
    const events = [...versions.values()].reduce((sum, version) => sum + version, 0);
    expect(events).toBeGreaterThan(100);
    await database.handled(LIST, events);
    await database.handled(ECHOES, events);
    await foreign.query('ROLLBACK');
    await foreign.end();

    const wanted = new Map([...versions].map(([gadgetId, last]) => [gadgetId, upTo(last)]));
    expect(await database.rows()).toEqual(wanted);
    expect(await database.echoes()).toEqual(wanted);
  });

  it('has one effect although everything is delivered twice, and would have two without the inbox', async () => {
    const { gadgetId } = await make(process.work, 'twice');
    await paint(process.work, gadgetId, 'red');
    const deliverFromTheBeginning = async (): Promise<void> => {
      await database.sql(`UPDATE mirror.consumer_offset SET snapshot = '1:1:', until_snapshot = NULL, position = NULL`);
      const { feed, consumers } = await process.deliver([process.list]);
      const { watermark: reached } = await feed.fresh();
      await eventually(
        () => consumers.get(LIST)?.consumer.watermark ?? new Date(0),
        (watermark) => watermark >= reached,
      );
      await process.stopDelivering();
    };
    await deliverFromTheBeginning();
    expect(await database.rows()).toEqual(new Map([[gadgetId, [1, 2]]]));
    await deliverFromTheBeginning();
    expect(await database.rows()).toEqual(new Map([[gadgetId, [1, 2]]]));
    await database.sql('DELETE FROM mirror.inbox_event');
    await deliverFromTheBeginning();
    expect(await database.rows()).toEqual(new Map([[gadgetId, [1, 2, 1, 2]]]));
  });

  it('stores with a batch how far it is, so that a process that is killed repeats little', async () => {
    const { reader } = await process.deliver([process.list]);
    const { publishedEventId } = await make(process.work, 'stored');
    await database.handled(LIST, 1);
    const [offset] = await database.sql<{ snapshot: string }>('SELECT snapshot FROM mirror.consumer_offset');
    const asked = { eventId: publishedEventId, snapshot: offset?.snapshot ?? '', run: await reader.run() };
    expect(await reader.passed([asked])).toMatchObject([{ passed: true }]);
  });

  it('gives a consumer that is added later everything from the beginning, and then what comes', async () => {
    await writeMany(1_234);
    await process.deliver([process.list]);
    await eventually(applied, (count) => count === 1_234);
    const { gadgetId } = await make(process.work, 'afterwards');
    await database.handled(LIST, 1_235);
    expect((await database.rows()).get(gadgetId)).toEqual([1]);
  });

  it('follows a window that is larger than a page', async () => {
    const { feed } = await process.deliver([process.list]);
    await writeMany(1_234);
    feed.wake();
    await eventually(applied, (count) => count === 1_234);
    const rows = await database.rows();
    for (const versions of rows.values()) expect(versions).toEqual([...versions].sort((a, b) => a - b));
  });

  it('goes on from the middle of a window after a restart', async () => {
    await writeMany(1_234);
    let stopping: Promise<void> | undefined;
    process.interference.after = () => {
      stopping ??= process.stopDelivering();
    };
    await process.deliver([process.list]);
    await eventually(
      () => stopping !== undefined,
      (begun) => begun,
    );
    await stopping;
    const [offset] = await database.sql(
      `SELECT until_snapshot AS until, position - (SELECT min(position) FROM bus.outbox_event) AS before
       FROM mirror.consumer_offset`,
    );
    expect(offset).toEqual({ until: expect.any(String), before: '499' });
    expect(await applied()).toBe(500);

    const batches: number[] = [];
    process.interference.after = (events) => {
      batches.push(events.length);
    };
    await writeMany(100, 2_000);
    await process.deliver([process.list]);
    await eventually(applied, (count) => count === 1_334);
    expect(batches.slice(0, 2)).toEqual([500, 234]);
    expect(await database.count(`mirror.inbox_event WHERE status = 'PROCESSED'`)).toBe(1_334);
  });
});
