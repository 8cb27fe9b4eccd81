import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { UNTOUCHED } from '../../src/platform/projections/read-models.js';
import { eventually } from '../support/eventually.js';
import { make } from '../support/probe/commands.js';
import { ProbeDatabase } from '../support/probe/probe-database.js';
import { ECHOES, LIST, type ProbeProcess } from '../support/probe/probe-process.js';

describe('a pause of delivery', () => {
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

  const effects = async (): Promise<number> => (await database.rows()).size + (await database.echoes()).size;
  /** Long enough for anything to be delivered that would be. */
  async function severalPolls(): Promise<void> {
    for (let poll = 0; poll < 4; poll += 1) await process.delivery.feed.fresh();
  }

  it.each([LIST, ECHOES] as const)('of %s stops a batch that asks for the pause lock afterwards', async (consumer) => {
    await process.deliver(consumer === LIST ? [process.list] : [process.echoes]);
    await make(process.work, 'before');
    await database.handled(consumer, 1);
    // Only the last moment counts: the effect is on its way to the commit, its statement begun before the pause.
    const hold = database.hold();
    process.interference.before = hold.wait;
    await make(process.work, 'late');
    await hold.reached;
    if (consumer === LIST) {
      const pause = database.setPaused(consumer, true);
      await eventually(
        () => database.count('bus.control WHERE paused'),
        (count) => count === 1,
      );
      hold.release();
      await pause;
    } else {
      const lock = await database.holdPauseLock(consumer);
      hold.release();
      await lock.waited();
      await database.sql(`SELECT bus.set_paused($1, true, 'test', 'otto', clock_timestamp())`, [consumer]);
      await lock.release();
    }
    await severalPolls();
    expect(await effects()).toBe(1);
    expect(await database.count('mirror.inbox_event WHERE attempts > 0')).toBe(0);
    await database.setPaused(consumer, false);
    await database.handled(consumer, 2);
    expect(await effects()).toBe(2);
  });

  it('is in force when it is answered, though the handler of a reaction is at work', async () => {
    await process.deliver([process.echoes]);
    const hold = database.hold();
    process.interference.before = hold.wait;
    await make(process.work, 'under way');
    await hold.reached;
    await database.setPaused(ECHOES, true);
    hold.release();
    await severalPolls();
    expect(await effects()).toBe(0);
    await database.setPaused(ECHOES, false);
    await database.handled(ECHOES, 1);
    expect(await effects()).toBe(1);
  });

  it('holds for what was parked as well', async () => {
    const { gadgetId } = await make(process.work, 'parked');
    process.interference.poisoned.add(gadgetId);
    await process.deliver([process.list]);
    await eventually(
      () => database.count('mirror.inbox_event WHERE attempts = 1'),
      (count) => count === 1,
    );
    const lock = await database.holdPauseLock(LIST);
    process.interference.poisoned.clear();
    await database.sql('UPDATE mirror.inbox_event SET next_attempt_at = clock_timestamp()');
    await lock.waited();
    await database.sql(`SELECT bus.set_paused($1, true, 'test', 'otto', clock_timestamp())`, [LIST]);
    await lock.release();
    await severalPolls();
    expect(await effects()).toBe(0);
    await database.setPaused(LIST, false);
    await database.handled(LIST, 1);
  });

  it('of one consumer leaves the others alone, makes its lag grow and loses nothing', async () => {
    await process.deliver([process.list, process.echoes]);
    await make(process.work, 'first');
    await database.handled(LIST, 1);
    await database.setPaused(LIST, true);
    const gadgets = await Promise.all(Array.from({ length: 5 }, (_, n) => make(process.work, `meanwhile ${n}`)));
    await database.handled(ECHOES, 6);
    expect((await database.rows()).size).toBe(1);
    process.clock.moveTo(600_000);
    await severalPolls();
    const { lagSeconds, freshnessStatus } = await process.readModels.state('gadget-list', UNTOUCHED, []);
    expect(freshnessStatus).toBe('STALE');
    expect(Math.round(lagSeconds / 10)).toBe(60);
    await database.setPaused(LIST, false);
    await database.handled(LIST, 6);
    for (const { gadgetId } of gadgets) expect((await database.rows()).get(gadgetId)).toEqual([1]);
    await severalPolls();
    expect(await process.readModels.state('gadget-list', UNTOUCHED, [])).toMatchObject({
      freshnessStatus: 'WITHIN_SLO',
    });
  });

  it('of one consumer keeps no events for it in memory: it reads them when it goes on', async () => {
    const { reader } = await process.deliver([process.list]);
    await make(process.work, 'first');
    await database.handled(LIST, 1);
    await database.setPaused(LIST, true);
    await severalPolls();
    const reads = jest.spyOn(reader, 'read');
    await make(process.work, 'meanwhile');
    await severalPolls();
    const catchingUp = (): number => reads.mock.calls.filter(([{ until }]) => until !== undefined).length;
    expect(catchingUp()).toBe(0);
    await database.setPaused(LIST, false);
    await database.handled(LIST, 2);
    expect(catchingUp()).toBeGreaterThan(0);
  });

  it('of the relay stops everything, makes every lag grow and loses nothing', async () => {
    await process.deliver([process.list, process.echoes]);
    await make(process.work, 'first');
    await database.handled(LIST, 1);
    await database.handled(ECHOES, 1);
    await database.setPaused('relay', true);
    await make(process.work, 'meanwhile');
    process.clock.moveTo(600_000);
    await severalPolls();
    expect(await database.count('mirror.inbox_event')).toBe(2);
    expect((await process.readModels.state('gadget-list', UNTOUCHED, [])).lagSeconds).toBeGreaterThan(590);
    await database.setPaused('relay', false);
    await database.handled(LIST, 2);
    await database.handled(ECHOES, 2);
  });
});
