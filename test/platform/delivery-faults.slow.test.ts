import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ATTEMPTS } from '../../src/platform/messaging/inbox.js';
import { eventually } from '../support/eventually.js';
import { make, paint } from '../support/probe/commands.js';
import { ProbeDatabase } from '../support/probe/probe-database.js';
import { LIST, type ProbeProcess } from '../support/probe/probe-process.js';

interface Waiting {
  id: string;
  status: string;
  attempts: number;
}

describe('an event that cannot be applied', () => {
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

  const inbox = (gadgetId: string): Promise<Waiting[]> =>
    database.sql<Waiting>(
      'SELECT event_id AS id, status, attempts FROM mirror.inbox_event WHERE event_key = $1 ORDER BY position',
      [gadgetId],
    );
  const comesTo = (gadgetId: string, ...statuses: string[]): Promise<Waiting[]> =>
    eventually(
      () => inbox(gadgetId),
      (events) => JSON.stringify(events.map(({ status }) => status)) === JSON.stringify(statuses),
    );
  const versions = async (gadgetId: string): Promise<number[] | undefined> => (await database.rows()).get(gadgetId);
  const dueNow = (): Promise<unknown> =>
    database.sql(`UPDATE mirror.inbox_event SET next_attempt_at = clock_timestamp() WHERE status = 'PENDING'`);

  /** Two events of a gadget that is poison, and one of another in the same batch. */
  async function poisonOne(): Promise<{ bad: string; good: string }> {
    const [{ gadgetId: bad }, { gadgetId: good }] = [await make(process.work, 'bad'), await make(process.work, 'good')];
    await paint(process.work, bad, 'red');
    process.interference.poisoned.add(bad);
    await process.deliver([process.list]);
    return { bad, good };
  }

  /** Fails until it has failed too often; the tries in between are skipped. */
  async function letDie(bad: string): Promise<void> {
    await comesTo(bad, 'PENDING', 'PENDING');
    await database.sql('UPDATE mirror.inbox_event SET attempts = $1 WHERE attempts > 0', [ATTEMPTS - 2]);
    await eventually(
      async () => {
        await dueNow();
        return inbox(bad);
      },
      ([first]) => first?.status === 'DEAD',
    );
  }

  it('is parked with the later ones of its key, while other keys go on', async () => {
    const { bad, good } = await poisonOne();
    await comesTo(bad, 'PENDING', 'PENDING');
    await comesTo(good, 'PROCESSED');
    await paint(process.work, bad, 'green');
    await paint(process.work, good, 'green');
    await comesTo(bad, 'PENDING', 'PENDING', 'PENDING');
    await comesTo(good, 'PROCESSED', 'PROCESSED');
    expect(await database.rows()).toEqual(new Map([[good, [1, 2]]]));
  });

  it('is tried again, later each time, and applied in order once it can be', async () => {
    const { bad } = await poisonOne();
    await comesTo(bad, 'PENDING', 'PENDING');
    const delays: number[] = [];
    for (let tried = 1; tried <= 3; tried += 1) {
      const [event] = await eventually(
        () =>
          database.sql<{ attempts: number; delay: number }>(
            `SELECT attempts, extract(epoch FROM next_attempt_at - clock_timestamp())::float8 AS delay
             FROM mirror.inbox_event WHERE event_key = $1 ORDER BY position LIMIT 1`,
            [bad],
          ),
        ([first]) => first?.attempts === tried,
      );
      delays.push(event?.delay ?? 0);
      await dueNow();
    }
    expect(delays).toEqual([...delays].sort((a, b) => a - b));
    expect(delays[2]).toBeGreaterThan(1);
    process.interference.poisoned.clear();
    await dueNow();
    await comesTo(bad, 'PROCESSED', 'PROCESSED');
    expect(await versions(bad)).toEqual([1, 2]);
  });

  it('is a dead letter after its last try, and what comes after it waits', async () => {
    const { bad } = await poisonOne();
    await letDie(bad);
    expect(await inbox(bad)).toMatchObject([
      { status: 'DEAD', attempts: ATTEMPTS },
      { status: 'PENDING', attempts: 0 },
    ]);
    process.interference.poisoned.clear();
    await paint(process.work, bad, 'green');
    await comesTo(bad, 'DEAD', 'PENDING', 'PENDING');
    expect(await versions(bad)).toBeUndefined();
  });

  it('is applied in order with what waited for it when an operator has it tried again', async () => {
    const { bad } = await poisonOne();
    await letDie(bad);
    process.interference.poisoned.clear();
    await database.sql(
      `UPDATE mirror.inbox_event SET status = 'PENDING', attempts = 0, next_attempt_at = clock_timestamp() WHERE status = 'DEAD'`,
    );
    await comesTo(bad, 'PROCESSED', 'PROCESSED');
    await paint(process.work, bad, 'green');
    await comesTo(bad, 'PROCESSED', 'PROCESSED', 'PROCESSED');
    expect(await versions(bad)).toEqual([1, 2, 3]);
  });

  it('lets what waited for it go on when an operator gives it up', async () => {
    const { bad } = await poisonOne();
    await letDie(bad);
    process.interference.poisoned.clear();
    await database.sql(`UPDATE mirror.inbox_event SET status = 'DISCARDED', envelope = NULL WHERE status = 'DEAD'`);
    await comesTo(bad, 'DISCARDED', 'PROCESSED');
    expect(await versions(bad)).toEqual([2]);
  });

  it('keeps its content and none of it in what operators see', async () => {
    const { bad } = await poisonOne();
    await comesTo(bad, 'PENDING', 'PENDING');
    const [event] = await eventually(
      () =>
        database.sql<{ fault: string | null; name: string }>(
          `SELECT last_error AS fault, envelope -> 'payload' ->> 'name' AS name FROM mirror.inbox_event
         WHERE event_key = $1 ORDER BY position LIMIT 1`,
          [bad],
        ),
      ([first]) => typeof first?.fault === 'string',
    );
    expect(event).toEqual({ fault: expect.stringMatching(/^TypeError at handlers\.ts:\d+$/), name: 'bad' });
  });

  it('is told from a fault of its own text by its kind, not by its words', async () => {
    const { gadgetId } = await make(process.work, 'talks of a connection timeout');
    process.interference.after = () => {
      throw new TypeError("Cannot read properties of undefined (reading 'connectionTimeout')");
    };
    await process.deliver([process.list]);
    await comesTo(gadgetId, 'PENDING');
  });

  it.each([
    ['the server ends its connection between two statements', 'idle in transaction'],
    ['the server ends its connection during a statement', 'active'],
  ])('is not parked when %s', async (_what, state) => {
    const gadgets = [await make(process.work, 'cut off'), await make(process.work, 'cut off too')];
    let cuts = 0;
    const cut = async (): Promise<void> => {
      const cutOff = await database.sql(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE application_name = 'remit mirror' AND datname = current_database() AND state = $1`,
        [state],
      );
      cuts += cutOff.length;
    };
    process.interference.after = async (_, transaction) => {
      if (cuts > 0) return;
      const sleep = { text: 'SELECT pg_sleep(60)', values: [] };
      const underWay = state === 'active' ? transaction?.query(sleep) : undefined;
      await Promise.all([underWay, eventually(cut, () => cuts > 0)]);
    };
    await process.deliver([process.list]);
    await database.handled(LIST, 2);
    expect(cuts).toBe(1);
    expect(await database.count('mirror.inbox_event WHERE attempts > 0')).toBe(0);
    expect(await database.rows()).toEqual(new Map(gadgets.map(({ gadgetId }) => [gadgetId, [1]])));
  });

  it('is not parked for a deadlock, however often it comes', async () => {
    const { gadgetId } = await make(process.work, 'deadlocked');
    let deadlocks = 0;
    process.interference.after = async (_, transaction) => {
      deadlocks += 1;
      if (deadlocks > 3) return;
      const deadlock = `DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = 'deadlock_detected'; END $$`;
      await transaction?.query({ text: deadlock, values: [] });
    };
    await process.deliver([process.list]);
    await comesTo(gadgetId, 'PROCESSED');
    expect(deadlocks).toBe(4);
    expect(await inbox(gadgetId)).toMatchObject([{ attempts: 0 }]);
  });
});
