import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Envelope } from '../../src/platform/messaging/envelope.js';
import { UNTOUCHED } from '../../src/platform/projections/read-models.js';
import { eventually } from '../support/eventually.js';
import { make, paint } from '../support/probe/commands.js';
import { ProbeDatabase } from '../support/probe/probe-database.js';
import { LIST, type ProbeProcess } from '../support/probe/probe-process.js';
import type { ArchivedEvents } from '../../src/platform/projections/rebuild/replay-source.js';
import { archiveOf, ProbeRebuild } from '../support/probe/rebuilding.js';

describe('a rebuild of a projection', () => {
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

  /** Gadgets with these many versions each. @returns their ids */
  async function gadgets(...versions: number[]): Promise<string[]> {
    const ids: string[] = [];
    for (const [index, count] of versions.entries()) {
      const { gadgetId } = await make(process.work, `gadget ${index}`);
      for (let version = 1; version < count; version += 1) await paint(process.work, gadgetId, `colour ${version}`);
      ids.push(gadgetId);
    }
    return ids;
  }
  const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);
  const slot = async (): Promise<{ active_slot: string; switched_by: string | null; rebuild_job: string | null }> => {
    const [row] = await database.sql<Awaited<ReturnType<typeof slot>>>(
      'SELECT active_slot, switched_by, rebuild_job FROM mirror.projection_slot',
    );
    if (!row) throw new Error('There is no slot.');
    return row;
  };

  it('makes damaged, missing and surplus rows what delivery made, and goes on from there in the other slot', async () => {
    await process.deliver([process.list]);
    const [one = '', two = '', three = ''] = await gadgets(3, 1, 2);
    await database.handled(LIST, 6);
    await database.sql(`UPDATE mirror.gadget_row_a SET versions = '{7}', applied = 1 WHERE gadget_id = $1`, [one]);
    await database.sql('DELETE FROM mirror.gadget_row_a WHERE gadget_id = $1', [two]);
    await database.sql(`INSERT INTO mirror.gadget_row_a (gadget_id, applied, versions) VALUES ('surplus', 1, '{1}')`);
    const rebuild = new ProbeRebuild(process);
    await rebuild.run();
    const rebuilt = new Map([[one, upTo(3)], [two, [1]], [three, upTo(2)]]); // prettier-ignore
    expect(await database.rows()).toEqual(rebuilt);
    expect(await slot()).toMatchObject({ active_slot: 'b', switched_by: rebuild.jobId, rebuild_job: null });
    expect(await database.count('mirror.gadget_row_a')).toBe(0);
    expect(await database.count(`mirror.consumer_offset WHERE consumer_name LIKE '%:rebuild'`)).toBe(0);
    expect(rebuild.reported.at(-1)).toEqual([6, 6].map(() => expect.any(Number)));

    await paint(process.work, two, 'later');
    await database.handled(LIST, 7);
    expect((await database.rows()).get(two)).toEqual([1, 2]);
    expect(await database.count('mirror.gadget_row_a')).toBe(0);
  });

  it('under commands leads to the same rows as delivery alone, each event once and in its order', async () => {
    await process.deliver([process.list]);
    const ids = await gadgets(...upTo(12).map(() => 8));
    const versions = new Map(ids.map((id) => [id, 8]));
    const rebuilding = new AbortController();
    const writing = (async () => {
      for (let next = 0; !rebuilding.signal.aborted || next < 40; next += 1) {
        const id = ids[next % ids.length] ?? '';
        await paint(process.work, id, `during ${next}`);
        versions.set(id, (versions.get(id) ?? 0) + 1);
      }
    })();
    for (let round = 0; round < 4; round += 1) await new ProbeRebuild(process).run();
    rebuilding.abort();
    await writing;
    await database.handled(
      LIST,
      [...versions.values()].reduce((sum, each) => sum + each, 0),
    );
    expect(await database.rows()).toEqual(new Map([...versions].map(([id, count]) => [id, upTo(count)])));
    expect((await slot()).active_slot).toBe('a');
  });

  it('is a rebuild of nothing where nothing was delivered yet', async () => {
    await gadgets(2);
    await process.deliver([]);
    await new ProbeRebuild(process).run();
    expect((await slot()).active_slot).toBe('b');
    expect(await database.rows()).toEqual(new Map());
    await process.stopDelivering();
    await process.deliver([process.list]);
    await database.handled(LIST, 2);
    expect([...(await database.rows()).values()]).toEqual([[1, 2]]);
  });

  it('that was frozen and comes back after another process has switched changes nothing', async () => {
    const [frozen, other] = [await database.process(), await database.process()];
    await process.deliver([process.list], false);
    await frozen.deliver([], false);
    await other.deliver([], false);
    const [gadgetId = ''] = await gadgets(3);
    await database.handled(LIST, 3);
    const hold = database.hold();
    frozen.interference.before = hold.wait;
    const rebuild = new ProbeRebuild(frozen);
    const comesBack = rebuild.run();
    await hold.reached;
    await rebuild.run(other);
    expect(await slot()).toMatchObject({ active_slot: 'b', switched_by: rebuild.jobId });
    hold.release();
    await comesBack;
    expect(await database.rows()).toEqual(new Map([[gadgetId, [1, 2, 3]]]));
    expect(await database.sql('SELECT slot FROM mirror.gadget_row_slots')).toEqual([{ slot: 'b' }]);
  });

  it('that was frozen in an earlier rebuild fills no slot of a later one', async () => {
    const [frozen, other] = [await database.process(), await database.process()];
    await process.deliver([process.list], false);
    await frozen.deliver([], false);
    await other.deliver([], false);
    const [gadgetId = ''] = await gadgets(2);
    await database.handled(LIST, 2);
    const [asleep, underWay] = [database.hold(), database.hold()];
    frozen.interference.before = asleep.wait;
    const first = new ProbeRebuild(frozen);
    const comesBack = first.run();
    await asleep.reached;
    void first.stop();
    other.interference.before = underWay.wait;
    const second = new ProbeRebuild(other);
    const later = second.run();
    await underWay.reached;
    asleep.release();
    await comesBack;
    expect(await database.count('mirror.gadget_row_b')).toBe(0);
    underWay.release();
    await later;
    expect(await database.rows()).toEqual(new Map([[gadgetId, [1, 2]]]));
  });

  it('lets no consumer that was frozen retry an event in the slot that it left', async () => {
    const other = await database.process();
    const [gadgetId = ''] = await gadgets(1);
    process.interference.poisoned.add(gadgetId);
    await process.deliver([process.list], false);
    await eventually(
      () => database.count(`mirror.inbox_event WHERE status = 'PENDING'`),
      (count) => count === 1,
    );
    const hold = database.hold();
    const inbox = process.delivery.consumers.get(LIST)?.inbox;
    if (!inbox) throw new Error('The list is not delivered.');
    const due = inbox.due.bind(inbox);
    inbox.due = async (limit) => {
      const found = await due(limit);
      if (found.length > 0) await hold.wait();
      return found;
    };
    await hold.reached;
    process.interference.poisoned.clear();
    other.interference.poisoned.add(gadgetId);
    await other.deliver([], false);
    await new ProbeRebuild(other).run();
    await database.sql(`UPDATE mirror.inbox_event SET next_attempt_at = clock_timestamp()`);
    hold.release();
    await database.handled(LIST, 1);
    expect(await database.sql('SELECT slot, versions FROM mirror.gadget_row_slots')).toEqual([
      { slot: 'b', versions: [1] },
    ]);
  });

  it('shows readers of every process that it is under way, and what they see is as fresh as before', async () => {
    const other = await database.process();
    await process.deliver([process.list], false);
    await other.deliver([other.list], false);
    const [gadgetId = ''] = await gadgets(1);
    await database.handled(LIST, 1);
    const hold = database.hold();
    const rebuilder = await database.process();
    rebuilder.interference.before = hold.wait;
    await rebuilder.deliver([], false);
    const running = new ProbeRebuild(rebuilder).run();
    await hold.reached;
    const statuses = (): Promise<string[]> =>
      Promise.all(
        [process, other].map(
          async ({ readModels }) => (await readModels.state('gadget-list', UNTOUCHED, [gadgetId])).freshnessStatus,
        ),
      );
    await eventually(statuses, (found) => found.every((each) => each === 'REBUILDING'));
    expect(await process.readModels.isFresh('gadget-list', [gadgetId])).toBe(true);
    hold.release();
    await running;
    await eventually(statuses, (found) => found.every((each) => each === 'WITHIN_SLO'));
  });

  it('that is paused applies nothing, and neither relay nor consumer can be got round', async () => {
    await process.deliver([process.list]);
    await gadgets(2);
    await database.handled(LIST, 2);
    for (const name of ['relay', LIST]) {
      await database.setPaused(name, true);
      const rebuild = new ProbeRebuild(process);
      const { active_slot: active } = await slot();
      const running = rebuild.run();
      await eventually(slot, ({ rebuild_job: job }) => job === rebuild.jobId);
      for (let poll = 0; poll < 4; poll += 1) await process.delivery.feed.fresh();
      expect(await database.count(`mirror.gadget_row_${active === 'a' ? 'b' : 'a'}`)).toBe(0);
      expect((await slot()).active_slot).toBe(active);
      await database.setPaused(name, false);
      await running;
      expect((await slot()).active_slot).not.toBe(active);
    }
    expect([...(await database.rows()).values()]).toEqual([[1, 2]]);
  });

  it('settles what was parked before, when it can be applied now', async () => {
    const [poisoned = '', other = ''] = await gadgets(2, 1);
    process.interference.poisoned.add(poisoned);
    await process.deliver([process.list]);
    await eventually(
      () => database.count(`mirror.inbox_event WHERE status IN ('PENDING', 'DEAD')`),
      (count) => count === 2,
    );
    await database.sql(`UPDATE mirror.inbox_event SET status = 'DEAD' WHERE status = 'PENDING'`);
    process.interference.poisoned.clear();
    await new ProbeRebuild(process).run();
    expect(await database.count(`mirror.inbox_event WHERE status <> 'PROCESSED'`)).toBe(0);
    expect(await database.rows()).toEqual(new Map([[poisoned, [1, 2]], [other, [1]]])); // prettier-ignore
    await paint(process.work, poisoned, 'later');
    await database.handled(LIST, 4);
    expect((await database.rows()).get(poisoned)).toEqual([1, 2, 3]);
  });

  it('parks what cannot be applied, and leaves it to delivery, which applies it once it can be', async () => {
    await process.deliver([process.list]);
    const [poisoned = '', other = ''] = await gadgets(2, 1);
    await database.handled(LIST, 3);
    process.interference.poisoned.add(poisoned);
    await new ProbeRebuild(process).run();
    expect(await database.rows()).toEqual(new Map([[other, [1]]]));
    await paint(process.work, poisoned, 'behind it');
    await eventually(
      () => database.count(`mirror.inbox_event WHERE consumer_name = $1 AND status = 'PENDING'`, [LIST]),
      (count) => count === 3,
    );
    process.interference.poisoned.clear();
    await database.sql(`UPDATE mirror.inbox_event SET next_attempt_at = clock_timestamp() WHERE status = 'PENDING'`);
    await database.handled(LIST, 4);
    expect(await database.rows()).toEqual(new Map([[poisoned, [1, 2, 3]], [other, [1]]])); // prettier-ignore
    expect(await database.count(`mirror.inbox_event WHERE consumer_name LIKE '%:rebuild'`)).toBe(0);
  });

  it('of one key makes its rows anew where they are, and leaves all others', async () => {
    await process.deliver([process.list]);
    const [damaged = '', other = ''] = await gadgets(3, 1);
    await database.handled(LIST, 4);
    await database.sql(`UPDATE mirror.gadget_row_a SET versions = '{9}'`);
    await new ProbeRebuild(process).ofKey(damaged);
    expect(await database.rows()).toEqual(new Map([[damaged, [1, 2, 3]], [other, [9]]])); // prettier-ignore
    await paint(process.work, damaged, 'later');
    await database.handled(LIST, 5);
    expect((await database.rows()).get(damaged)).toEqual([1, 2, 3, 4]);
  });

  it('of one key loses no event that is delivered and retired after its first read of the log', async () => {
    await process.deliver([process.list]);
    const [gadgetId = ''] = await gadgets(2);
    await database.handled(LIST, 2);
    const retired: Envelope[] = [];
    const archive: ArchivedEvents = {
      parts: () => Promise.resolve(retired.length),
      async *eventsAfter(position) {
        yield* archiveOf([...retired]).eventsAfter(position);
        if (retired.length > 0) return;
        await paint(process.work, gadgetId, 'meanwhile');
        await database.handled(LIST, 3);
        const place = { snapshot: await process.delivery.reader.snapshot() };
        for await (const event of process.delivery.reader.about(gadgetId, place)) retired.push(event);
        await database.sql('DELETE FROM bus.outbox_event WHERE event_key = $1', [gadgetId]);
      },
    };
    await new ProbeRebuild(process, archive).ofKey(gadgetId);
    expect(await database.rows()).toEqual(new Map([[gadgetId, [1, 2, 3]]]));
  });
});
