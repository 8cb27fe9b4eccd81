import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { BusMisused } from '../../src/platform/messaging/asking.js';
import { Bus, Switchboard } from '../../src/platform/messaging/bus.js';
import type { ReactionHandler } from '../../src/platform/messaging/handlers.js';
import { eventually } from '../support/eventually.js';
import { make, paint } from '../support/probe/commands.js';
import { GetGadget } from '../support/probe/contracts.js';
import { declarationOf } from '../support/probe/declarations.js';
import { Echo } from '../support/probe/echo.js';
import { ProbeDatabase } from '../support/probe/probe-database.js';
import { ECHOES, type ProbeProcess } from '../support/probe/probe-process.js';

type Handler = ReactionHandler<{ name: string } | null>;

describe('a reaction that asks an owner before it decides', () => {
  let database: ProbeDatabase;
  let process: ProbeProcess;
  let bus: Bus;
  let answer: (gadgetId: string) => Promise<unknown>;
  let asked: string[];
  beforeAll(async () => {
    database = await ProbeDatabase.clone();
  });
  beforeEach(async () => {
    process = await database.process();
    asked = [];
    answer = () => Promise.resolve({ name: 'answered' });
    bus = busWithin(2_000);
  });
  afterEach(() => database.clear());
  afterAll(() => database.drop());

  /** Mirror's end of the bus, with the owner's answer given. */
  function busWithin(deadlineMs: number): Bus {
    const switchboard = new Switchboard();
    switchboard.questions.set(GetGadget.type, {
      answer: (input) => {
        const { gadgetId } = input as GetGadget;
        asked.push(gadgetId);
        return answer(gadgetId);
      },
    });
    const asks = { GetGadget: { of: 'probe', deadline_ms: deadlineMs, by: ['echoes'] } };
    return new Bus({ ...declarationOf('mirror'), asks }, switchboard);
  }

  /** Echoes what the owner answered. */
  const asking = (): Handler => ({
    prepare: ({ aggregateId }) => bus.ask(GetGadget, { gadgetId: aggregateId }),
    handle(event, tx, gadget) {
      tx.add(
        Object.assign(Echo.of(event.aggregateId, event.aggregateVersion), { echoId: `${gadget?.name} ${event.id}` }),
      );
      tx.audit({ eventType: 'EchoedAudit', action: 'ECHO', subject: { gadgetId: event.aggregateId } });
      return Promise.resolve(undefined);
    },
  });
  const deliver = (handler: Handler = asking()): Promise<unknown> =>
    process.deliver([{ ...process.echoes, handler: handler }]);
  const inbox = (gadgetId: string): Promise<Record<string, unknown>[]> =>
    database.sql(
      `SELECT status, attempts, postponements, last_error AS error,
         round(extract(epoch FROM next_attempt_at - clock_timestamp())::numeric, 1)::float AS wait
       FROM mirror.inbox_event WHERE event_key = $1 ORDER BY position`,
      [gadgetId],
    );
  const postponed = (gadgetId: string, times: number): Promise<Record<string, unknown>[]> =>
    eventually(
      () => inbox(gadgetId),
      ([first]) => Number(first?.postponements) >= times,
    );
  const makeSeveral = async (count: number): Promise<string[]> => {
    const made: string[] = [];
    for (let n = 0; n < count; n += 1) made.push((await make(process.work, `gadget ${n}`)).gadgetId);
    return made;
  };

  it('decides on the answer, and shares a transaction with others that were answered too', async () => {
    const gadgets = await makeSeveral(5);
    await deliver();
    await database.handled(ECHOES, 5);
    expect(await database.echoes()).toEqual(new Map(gadgets.map((gadgetId) => [gadgetId, [1]])));
    expect(await database.count(`mirror.echo WHERE echo_id LIKE 'answered %'`)).toBe(5);
    expect(await database.count('(SELECT DISTINCT xmin::text FROM mirror.echo) AS transactions')).toBeLessThan(5);
    expect([...asked].sort()).toEqual([...gadgets].sort());
  });

  it('asks anew before each try, in the order of its key', async () => {
    const [gadgetId = ''] = await makeSeveral(1);
    await paint(process.work, gadgetId, 'red');
    let tries = 0;
    const handler = asking();
    const handle: typeof handler.handle = (event, tx, prepared) => {
      tries += 1;
      if (tries === 1) throw new TypeError('Not at the first try.');
      return handler.handle(event, tx, prepared);
    };
    await deliver({ ...handler, handle });
    await eventually(
      () => inbox(gadgetId),
      ([first]) => first?.attempts === 1,
    );
    const before = asked.length;
    await database.sql('UPDATE mirror.inbox_event SET next_attempt_at = clock_timestamp()');
    await database.handled(ECHOES, 2);
    expect(asked.length).toBe(before + 2);
    expect((await database.echoes()).get(gadgetId)).toEqual([1, 2]);
  });

  it('is put off while the owner does not answer, longer each time, and never becomes a dead letter for that', async () => {
    const [gadgetId = ''] = await makeSeveral(1);
    answer = () => Promise.reject(new Error('It is down.'));
    await deliver();
    const waits: number[] = [];
    for (let times = 1; times <= 12; times += 1) {
      const [found] = await postponed(gadgetId, times);
      expect(found).toMatchObject({ status: 'PENDING', attempts: 0, error: 'OWNER_UNAVAILABLE: probe' });
      waits.push(Number(found?.wait));
      await database.sql(`UPDATE mirror.inbox_event SET next_attempt_at = clock_timestamp() WHERE postponements = $1`, [
        times,
      ]);
    }
    for (const [time, wait] of waits.entries()) {
      const wanted = Math.min(60, 0.5 * 2 ** time);
      expect(wait).toBeGreaterThan(wanted - 0.5);
      expect(wait).toBeLessThanOrEqual(wanted);
    }
    answer = () => Promise.resolve({ name: 'up again' });
    await database.sql('UPDATE mirror.inbox_event SET next_attempt_at = clock_timestamp()');
    await database.handled(ECHOES, 1);
    expect(await process.metrics.registry.metrics()).toContain(
      'remit_events_postponed_total{consumer="mirror.echoes",owner="probe"}',
    );
  });

  it('keeps later events of its key behind it while it is put off, and lets other keys go on', async () => {
    const [bad = '', good = ''] = await makeSeveral(2);
    await paint(process.work, bad, 'red');
    await paint(process.work, good, 'red');
    answer = (gadgetId) => (gadgetId === bad ? Promise.reject(new Error('down')) : Promise.resolve({ name: 'good' }));
    await deliver();
    await database.handled(ECHOES, 2);
    await postponed(bad, 1);
    expect(await database.echoes()).toEqual(new Map([[good, [1, 2]]]));
    answer = () => Promise.resolve({ name: 'good' });
    await database.sql('UPDATE mirror.inbox_event SET next_attempt_at = clock_timestamp()');
    await database.handled(ECHOES, 4);
    expect((await database.echoes()).get(bad)).toEqual([1, 2]);
  });

  it('holds up nobody: a hundred other keys are handled while one owner is waited for', async () => {
    const hold = database.hold();
    const [slow = '', ...others] = await makeSeveral(101);
    bus = busWithin(60_000);
    answer = (gadgetId) => (gadgetId === slow ? hold.wait() : Promise.resolve({ name: 'quick' }));
    await deliver();
    await hold.reached;
    await database.handled(ECHOES, 100);
    expect([...(await database.echoes()).keys()].sort()).toEqual([...others].sort());
    // What comes meanwhile is not held up either, and no connection waits with it.
    const { gadgetId: late } = await make(process.work, 'late');
    await database.handled(ECHOES, 101);
    expect((await database.echoes()).has(late)).toBe(true);
    await eventually(
      () => process.mirror.pool.totalCount - process.mirror.pool.idleCount,
      (busy) => busy === 0,
    );
  });

  it('is put off when the owner hangs to its deadline', async () => {
    const [gadgetId = ''] = await makeSeveral(1);
    const hold = database.hold();
    bus = busWithin(30);
    answer = hold.wait;
    await deliver();
    const [found] = await postponed(gadgetId, 1);
    expect(found).toMatchObject({ status: 'PENDING', attempts: 0, error: 'OWNER_UNAVAILABLE: probe' });
  });

  it('keeps its consumer although an owner is waited for longer than a lease lasts', async () => {
    const hold = database.hold();
    bus = busWithin(60_000);
    const [slow = ''] = await makeSeveral(1);
    answer = (gadgetId) => (gadgetId === slow ? hold.wait() : Promise.resolve({ name: 'quick' }));
    await deliver();
    await hold.reached;
    const lease = async (): Promise<{ epoch: string; until: Date }> => {
      const [row] = await database.sql<{ epoch: string; until: Date }>(
        'SELECT epoch, lease_until AS until FROM mirror.consumer_offset',
      );
      return row ?? { epoch: '', until: new Date(0) };
    };
    const taken = await lease();
    const renewed = await eventually(lease, ({ until }) => until > taken.until);
    expect(renewed.epoch).toBe(taken.epoch);
  });

  it.each([
    [
      'a fault of its own',
      () => Promise.reject(new TypeError('Broken.')),
      'TypeError at asking-reactions.slow.test.ts',
    ],
    [
      'a misuse of the bus',
      () => Promise.reject(new BusMisused('Not here.')),
      'Error at asking-reactions.slow.test.ts',
    ],
  ])(
    'counts %s in its prepare step as a failed try, and is a dead letter after the last',
    async (_, prepare, error) => {
      const [gadgetId = ''] = await makeSeveral(1);
      await deliver({ ...asking(), prepare });
      for (let attempt = 1; attempt <= 8; attempt += 1) {
        await eventually(
          () => inbox(gadgetId),
          ([first]) => Number(first?.attempts) >= attempt,
        );
        await database.sql('UPDATE mirror.inbox_event SET next_attempt_at = clock_timestamp()');
      }
      const [found] = await inbox(gadgetId);
      expect(found).toMatchObject({ status: 'DEAD', attempts: 8, postponements: 0 });
      expect(found?.error).toContain(error);
    },
  );

  it('writes nothing after a pause that was answered while it asked, and asks anew when it goes on', async () => {
    const [gadgetId = ''] = await makeSeveral(1);
    const hold = database.hold();
    bus = busWithin(60_000);
    answer = async () => {
      await hold.wait();
      return { name: 'old' };
    };
    await deliver();
    await hold.reached;
    await database.setPaused(ECHOES, true);
    await process.delivery.feed.fresh();
    answer = () => Promise.resolve({ name: 'new' });
    hold.release();
    for (let poll = 0; poll < 4; poll += 1) await process.delivery.feed.fresh();
    expect(await database.count('mirror.echo')).toBe(0);
    await database.setPaused(ECHOES, false);
    await database.handled(ECHOES, 1);
    expect((await inbox(gadgetId))[0]).toMatchObject({ status: 'PROCESSED', attempts: 0, postponements: 0 });
    expect(await database.count(`mirror.echo WHERE echo_id LIKE 'new %'`)).toBe(1);
  });

  it('does not keep its process from stopping, though an owner has yet to answer', async () => {
    await makeSeveral(1);
    const hold = database.hold();
    bus = busWithin(60_000);
    answer = hold.wait;
    await deliver();
    await hold.reached;
    await process.stopDelivering();
    hold.release();
    expect(await database.count('mirror.echo')).toBe(0);
  });
});
