import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { make, paint } from '../support/probe/commands.js';
import { ProbeDatabase } from '../support/probe/probe-database.js';
import { ECHOES, LIST, type ProbeProcess } from '../support/probe/probe-process.js';

describe('a consumer and its lease', () => {
  let database: ProbeDatabase;
  let one: ProbeProcess;
  let other: ProbeProcess;
  beforeAll(async () => {
    database = await ProbeDatabase.clone();
  });
  beforeEach(async () => {
    one = await database.process();
    other = await database.process();
  });
  afterEach(() => database.clear());
  afterAll(() => database.drop());

  const holds = (process: ProbeProcess, consumer = LIST): boolean =>
    process.delivery.consumers.get(consumer)?.consumer.isHeld ?? false;
  const held = (process: ProbeProcess, withinMs?: number): Promise<boolean> =>
    eventually(
      () => holds(process),
      (is) => is,
      withinMs,
    );
  const endLease = (): Promise<unknown> =>
    database.sql(`UPDATE mirror.consumer_offset SET lease_until = clock_timestamp() - interval '1 second'`);

  it('cannot commit a batch once another process has taken over, which applies it instead', async () => {
    const hold = database.hold();
    one.interference.after = hold.wait;
    await one.deliver([one.list], false);
    const { gadgetId } = await make(one.work, 'fenced');
    await hold.reached;
    await endLease();
    await other.deliver([other.list], false);
    await held(other);
    hold.release();
    await database.handled(LIST, 1);
    await eventually(
      () => holds(one),
      (is) => !is,
    );
    expect(holds(other)).toBe(true);
    expect(await database.rows()).toEqual(new Map([[gadgetId, [1]]]));
  });

  it('has nothing of the batch committed when its lease was taken in the middle of it', async () => {
    const hold = database.hold();
    one.interference.after = hold.wait;
    await one.deliver([one.list], false);
    await make(one.work, 'nothing of it');
    await hold.reached;
    await database.sql(
      `UPDATE mirror.consumer_offset SET epoch = epoch + 1, holder = 'somebody', lease_until = clock_timestamp() + interval '1 hour'`,
    );
    hold.release();
    await eventually(
      () => holds(one),
      (is) => !is,
    );
    expect(await database.rows()).toEqual(new Map());
    expect(await database.count('mirror.inbox_event')).toBe(0);
  });

  it('is in one process at a time while both take part', async () => {
    const busy = new Set<ProbeProcess>();
    let together = 0;
    for (const process of [one, other])
      process.interference.before = async () => {
        busy.add(process);
        together = Math.max(together, busy.size);
        await new Promise(setImmediate);
        busy.delete(process);
      };
    await Promise.all([one.deliver([one.list], false), other.deliver([other.list], false)]);
    const gadgets = await Promise.all(Array.from({ length: 60 }, (_, n) => make(one.work, `shared ${n}`)));
    await database.handled(LIST, 60);
    expect(holds(one) !== holds(other)).toBe(true);
    expect(together).toBe(1);
    expect(await database.rows()).toEqual(new Map(gadgets.map(({ gadgetId }) => [gadgetId, [1]])));
  });

  it('is woken by what another process commits, without waiting for its next poll', async () => {
    const { feed } = await one.deliver([one.list], false);
    await held(one);
    await other.deliver([], false);
    const woken = jest.spyOn(feed, 'wake');
    await make(other.work, 'elsewhere');
    await eventually(
      () => woken.mock.calls.length,
      (calls) => calls > 0,
    );
  });

  it('costs a candidate for the lease one read at a time, and no write', async () => {
    await one.deliver([one.list], false);
    await held(one);
    const { feed } = await other.deliver([other.list], false);
    const asked = jest.spyOn(other.mirror, 'query');
    const names = (): (string | undefined)[] => asked.mock.calls.map(([{ name }]) => name);
    await eventually(
      () => names().length,
      (count) => count > 0,
    );
    for (let poll = 0; poll < 20; poll += 1) await feed.fresh();
    expect(new Set(names())).toEqual(new Set(['offset_lease']));
    expect(names().length).toBeLessThan(10);
  });

  it('is taken over at once when its process stops', async () => {
    await one.deliver([one.list], false);
    await held(one);
    await other.deliver([other.list], false);
    await one.stopDelivering();
    const LEASE_MS = 6_000;
    await held(other, LEASE_MS / 2);
    const { gadgetId } = await make(other.work, 'at once');
    await database.handled(LIST, 1);
    expect(await database.rows()).toEqual(new Map([[gadgetId, [1]]]));
  });

  it('is taken over from a process that was killed when its lease ends, and not before', async () => {
    const hold = database.hold();
    one.interference.before = hold.wait;
    await one.deliver([one.list], false);
    await held(one);
    const { gadgetId } = await make(one.work, 'left behind');
    // From here on the process is as good as dead: it has no connection, and neither renews nor commits.
    await hold.reached;
    await database.sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND state = 'idle in transaction'`);
    const { feed } = await other.deliver([other.list], false);
    for (let poll = 0; poll < 5; poll += 1) await feed.fresh();
    expect(holds(other)).toBe(false);
    await endLease();
    await held(other);
    await database.handled(LIST, 1);
    expect(await database.rows()).toEqual(new Map([[gadgetId, [1]]]));
    hold.release();
  });

  it('does not make a process wait that is known to be alone', async () => {
    await one.deliver([one.list], false);
    await held(one);
    await other.deliver([other.list], true);
    await held(other, 3_000);
  });

  it('moves on with what it had parked', async () => {
    const { gadgetId } = await make(one.work, 'parked');
    await paint(one.work, gadgetId, 'red');
    one.interference.poisoned.add(gadgetId);
    await one.deliver([one.list], false);
    await eventually(
      () => database.count(`mirror.inbox_event WHERE status = 'PENDING'`),
      (count) => count === 2,
    );
    await one.stopDelivering();
    await other.deliver([other.list], false);
    await paint(other.work, gadgetId, 'green');
    await eventually(
      () => database.rows(),
      (rows) => rows.get(gadgetId)?.length === 3,
    );
    expect((await database.rows()).get(gadgetId)).toEqual([1, 2, 3]);
  });

  it('of a reaction is in one process too, and each event has one effect', async () => {
    await Promise.all([one.deliver([one.echoes], false), other.deliver([other.echoes], false)]);
    const gadgets = await Promise.all(Array.from({ length: 40 }, (_, n) => make(one.work, `echoed ${n}`)));
    await database.handled(ECHOES, 40);
    expect(holds(one, ECHOES) !== holds(other, ECHOES)).toBe(true);
    expect(await database.echoes()).toEqual(new Map(gadgets.map(({ gadgetId }) => [gadgetId, [1]])));
  });
});
