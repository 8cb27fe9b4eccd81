import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '../../src/platform/base/ids.js';
import { Feed } from '../../src/platform/messaging/feed.js';
import type { Consumer } from '../../src/platform/messaging/consumer.js';
import { UNTOUCHED, type ProjectionState } from '../../src/platform/projections/read-models.js';
import { eventually } from '../support/eventually.js';
import { bodyOf, make, paint, shelve } from '../support/probe/commands.js';
import { ProbeDatabase } from '../support/probe/probe-database.js';
import { LIST, type ProbeProcess } from '../support/probe/probe-process.js';

describe('freshness of a read model', () => {
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

  const consumer = (): Consumer => {
    const found = process.delivery.consumers.get(LIST);
    if (!found) throw new Error('There is no list.');
    return found.consumer;
  };
  const state = (...keys: string[]): Promise<ProjectionState> =>
    process.readModels.state('gadget-list', UNTOUCHED, keys);
  const upToDate = async (): Promise<void> => {
    const { watermark: reached } = await process.delivery.feed.fresh();
    await eventually(
      () => consumer().watermark,
      (watermark) => watermark >= reached,
    );
  };
  const advance = (seconds: number): void => {
    process.clock.moveTo(process.clock.offset + 1_000 * seconds);
  };

  it('stays within its limit while nothing happens, because every poll moves the watermark', async () => {
    await process.deliver([process.list]);
    await make(process.work, 'one');
    await upToDate();
    advance(3_600);
    await upToDate();
    expect(consumer().watermark.getTime()).toBeGreaterThan(process.clock.now().getTime() - 5_000);
    expect(await state()).toMatchObject({ freshnessStatus: 'WITHIN_SLO' });
  });

  it('is stale while its consumer is held up, by as much as that lasts', async () => {
    await process.deliver([process.list]);
    await upToDate();
    const hold = database.hold();
    process.interference.before = hold.wait;
    await make(process.work, 'held up');
    await hold.reached;
    advance(600);
    const { lagSeconds, freshnessStatus } = await state();
    expect(freshnessStatus).toBe('STALE');
    expect(Math.round(lagSeconds / 10)).toBe(60);
    hold.release();
    await upToDate();
    expect(await state()).toMatchObject({ freshnessStatus: 'WITHIN_SLO' });
  });

  it('does not count the first page of a long window as the whole', async () => {
    const { reader } = await process.deliver([]);
    await process.stopDelivering();
    const [lastPage, afterwards] = [database.hold(), database.hold()];
    let pages = 0;
    const slowReader = Object.assign(Object.create(reader) as typeof reader, {
      read: async (...args: Parameters<typeof reader.read>) => {
        const page = await reader.read(...args);
        if (page.events.length > 0) pages += 1;
        else if (pages > 0) await afterwards.wait();
        if (page.next.until !== undefined) advance(60);
        else if (page.events.length > 0) await lastPage.wait();
        return page;
      },
    });
    const feed = new Feed(slowReader, process.clock, () => undefined);
    await feed.start();
    const before = feed.latest.watermark;
    advance(60);
    await database.sql(
      `INSERT INTO bus.outbox_event (id, producer, aggregate_type, aggregate_id, aggregate_version, event_type,
         event_version, topic, event_key, payload_json, classification, correlation_id, causation_id, occurred_at)
       SELECT 'evt_' || lpad(n::text, 26, '0'), 'probe', 'gadget', 'gad', n, 'GadgetMade', 1, 'probe', 'gad', '{}', 'INTERNAL',
         'corr', 'cmd', now() FROM generate_series(1, 700) AS n`,
    );
    feed.wake();
    await lastPage.reached;
    expect(feed.latest.total).toBe(500);
    expect(feed.latest.watermark.getTime()).toBeLessThan(before.getTime() + 60_000);
    lastPage.release();
    await afterwards.reached;
    expect(feed.latest.total).toBe(700);
    // The window holds what was there at its first poll; what came while it was paged is not in it.
    expect(feed.latest.watermark.getTime()).toBeLessThanOrEqual(process.clock.now().getTime() - 60_000);
    afterwards.release();
    await feed.stop();
  });

  it('of a consumer that catches up after a restart goes on from where it was', async () => {
    await process.deliver([process.list]);
    await make(process.work, 'before the restart');
    await upToDate();
    const before = consumer().watermark;
    await process.stopDelivering();
    await make(process.work, 'meanwhile');
    const hold = database.hold();
    process.interference.before = hold.wait;
    await process.deliver([process.list]);
    await hold.reached;
    expect(consumer().watermark.getTime()).toBeGreaterThanOrEqual(before.getTime());
    expect((await state()).lagSeconds).toBeLessThan(60);
    hold.release();
  });

  it('suffers for the keys of an event that was parked, and for no others', async () => {
    const { gadgetId: bad } = await make(process.work, 'bad');
    const { gadgetId: good } = await make(process.work, 'good');
    process.interference.poisoned.add(bad);
    await process.deliver([process.list]);
    await upToDate();
    expect(await state(bad)).toMatchObject({ freshnessStatus: 'STALE' });
    expect(await state(good)).toMatchObject({ freshnessStatus: 'WITHIN_SLO' });
    expect(await process.readModels.isFresh('gadget-list', [bad])).toBe(false);
    process.interference.poisoned.clear();
    await database.sql(`UPDATE mirror.inbox_event SET next_attempt_at = clock_timestamp() WHERE status = 'PENDING'`);
    await database.handled(LIST, 2);
    expect(await state(bad)).toMatchObject({ freshnessStatus: 'WITHIN_SLO' });
  });

  it('is known to a process that does not keep the read model itself', async () => {
    await process.deliver([process.list], false);
    await make(process.work, 'elsewhere');
    await upToDate();
    await process.delivery.consumers.get(LIST)?.consumer.stop();
    const other = await database.process();
    await other.deliver([], false);
    expect(await other.readModels.state('gadget-list', UNTOUCHED, [])).toMatchObject({ freshnessStatus: 'WITHIN_SLO' });
    other.clock.moveTo(60_000);
    expect(await other.readModels.state('gadget-list', UNTOUCHED, [])).toMatchObject({ freshnessStatus: 'STALE' });
  });

  describe('for someone who waits for an event', () => {
    const wait = (eventId: string, timeoutMs: number): Promise<boolean> =>
      process.readModels.waitFor('gadget-list', eventId, timeoutMs);

    it('is reached when the event is applied', async () => {
      await process.deliver([process.list]);
      const { publishedEventId } = await make(process.work, 'waited for');
      expect(await wait(publishedEventId, 10_000)).toBe(true);
      expect(await database.count('mirror.gadget_row')).toBe(1);
    });

    it('is not reached when that takes longer than the time given', async () => {
      const hold = database.hold();
      process.interference.before = hold.wait;
      await process.deliver([process.list]);
      const { publishedEventId } = await make(process.work, 'too slow');
      expect(await wait(publishedEventId, 50)).toBe(false);
      hold.release();
      expect(await wait(publishedEventId, 10_000)).toBe(true);
    });

    it('is reached when the projection has gone past an event that it does not handle', async () => {
      await process.deliver([process.list]);
      const { gadgetId } = await make(process.work, 'shelved');
      const { publishedEventId } = bodyOf(await shelve(process.work, gadgetId));
      expect(await wait(publishedEventId, 10_000)).toBe(true);
    });

    it('is not reached for an event that does not exist, nor for one that was parked', async () => {
      const { gadgetId, publishedEventId } = await make(process.work, 'parked');
      process.interference.poisoned.add(gadgetId);
      await process.deliver([process.list]);
      await paint(process.work, gadgetId, 'red');
      await eventually(
        () => database.count('mirror.inbox_event'),
        (count) => count === 2,
      );
      expect(await wait(publishedEventId, 50)).toBe(false);
      expect(await wait(newId('evt'), 50)).toBe(false);
    });
  });
});
