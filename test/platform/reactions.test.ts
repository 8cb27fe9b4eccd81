import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ReactionHandler } from '../../src/platform/messaging/handlers.js';
import { eventually } from '../support/eventually.js';
import { make, paint } from '../support/probe/commands.js';
import { Echo } from '../support/probe/echo.js';
import { ProbeDatabase } from '../support/probe/probe-database.js';
import { ECHOES, type ProbeProcess } from '../support/probe/probe-process.js';

describe('a reaction', () => {
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

  const inbox = (gadgetId: string): Promise<{ status: string; attempts: number }[]> =>
    database.sql('SELECT status, attempts FROM mirror.inbox_event WHERE event_key = $1 ORDER BY position', [gadgetId]);

  it('commits its effect, its audit event and the mark that it was handled together', async () => {
    await process.deliver([process.echoes]);
    await make(process.work, 'together');
    await database.handled(ECHOES, 1);
    const [transactions] = await database.sql(
      `SELECT e.xmin = i.xmin AS effect, a.xmin = i.xmin AS audit
       FROM mirror.inbox_event i, mirror.echo e, bus.outbox_event a WHERE a.producer = 'mirror'`,
    );
    expect(transactions).toEqual({ effect: true, audit: true });
  });

  it('acts in the name of its consumer, caused by the event', async () => {
    await process.deliver([process.echoes]);
    const { publishedEventId } = await make(process.work, 'caused');
    await database.handled(ECHOES, 1);
    const [audit] = await database.sql(
      `SELECT causation_id AS cause, payload_json -> 'actor' ->> 'actorId' AS actor FROM bus.outbox_event
       WHERE producer = 'mirror'`,
    );
    expect(audit).toEqual({ cause: publishedEventId, actor: `system:${ECHOES}` });
  });

  it('writes nothing when it fails after having staged everything, and is tried again', async () => {
    const { gadgetId } = await make(process.work, 'poison');
    process.interference.poisoned.add(gadgetId);
    await process.deliver([process.echoes]);
    await eventually(
      () => inbox(gadgetId),
      ([event]) => event?.attempts === 1,
    );
    expect(await database.count('mirror.echo')).toBe(0);
    expect(await database.count(`bus.outbox_event WHERE producer = 'mirror'`)).toBe(0);
    process.interference.poisoned.clear();
    await database.sql('UPDATE mirror.inbox_event SET next_attempt_at = clock_timestamp()');
    await database.handled(ECHOES, 1);
    expect(await database.count('mirror.echo')).toBe(1);
  });

  it('keeps the order of a key behind an event that fails, while other keys go on', async () => {
    const { gadgetId: bad } = await make(process.work, 'bad');
    const { gadgetId: good } = await make(process.work, 'good');
    process.interference.poisoned.add(bad);
    await process.deliver([process.echoes]);
    for (const colour of ['red', 'green']) {
      await paint(process.work, bad, colour);
      await paint(process.work, good, colour);
    }
    await database.handled(ECHOES, 3);
    expect(await database.echoes()).toEqual(new Map([[good, [1, 2, 3]]]));
    process.interference.poisoned.clear();
    await database.sql('UPDATE mirror.inbox_event SET next_attempt_at = clock_timestamp()');
    await database.handled(ECHOES, 6);
    expect((await database.echoes()).get(bad)).toEqual([1, 2, 3]);
  });

  it('handles each event once and in the order of its key though the workers of two processes race', async () => {
    const other = await database.process();
    await process.deliver([process.echoes], false);
    await eventually(
      () => process.delivery.consumers.get(ECHOES)?.consumer.isHeld,
      (held) => held === true,
    );
    // The process that lost its lease goes on working off what is stored.
    await database.sql(`UPDATE mirror.consumer_offset SET lease_until = clock_timestamp() - interval '1 second'`);
    await other.deliver([other.echoes], false);
    const [here, there] = [database.hold(), database.hold()];
    process.interference.before = here.wait;
    other.interference.before = there.wait;
    const gadgets = await Promise.all(Array.from({ length: 6 }, (_, n) => make(process.work, `raced for ${n}`)));
    for (let round = 0; round < 8; round += 1)
      await Promise.all(gadgets.map(({ gadgetId }) => paint(process.work, gadgetId, `${round}`)));
    await Promise.all([here.reached, there.reached]);
    here.release();
    there.release();
    await database.handled(ECHOES, 54);
    const wanted = Array.from({ length: 9 }, (_, index) => index + 1);
    expect(await database.echoes()).toEqual(new Map(gadgets.map(({ gadgetId }) => [gadgetId, wanted])));
  });

  it('does not overtake an event that another process has just given up', async () => {
    const { gadgetId } = await make(process.work, 'given up');
    await paint(process.work, gadgetId, 'red');
    const hold = database.hold();
    process.interference.before = hold.wait;
    await process.deliver([process.echoes]);
    await hold.reached;
    await database.sql(`UPDATE mirror.inbox_event SET status = 'DEAD' WHERE aggregate_version = 1`);
    const { gadgetId: other } = await make(process.work, 'other');
    hold.release();
    await database.handled(ECHOES, 1);
    expect((await inbox(gadgetId)).map(({ status }) => status)).toEqual(['DEAD', 'PENDING']);
    expect(await database.echoes()).toEqual(new Map([[other, [1]]]));
  });

  it('decides again on what is there now when a command came in between', async () => {
    await database.sql(
      `INSERT INTO mirror.echo (echo_id, version, gadget_id, gadget_version) VALUES ('ech', 1, 'one', 1)`,
    );
    const seen: number[] = [];
    const handler: ReactionHandler = {
      async handle(_, tx) {
        const echo = await tx.load(Echo, 'ech');
        seen.push(echo.version);
        if (seen.length === 1) await database.sql('UPDATE mirror.echo SET version = 2');
        echo.gadgetVersion += 10;
        echo.version += 1;
        tx.change(echo);
        tx.audit({ eventType: 'EchoedAudit', action: 'ECHO', subject: {} });
        return undefined;
      },
    };
    await process.deliver([{ ...process.echoes, handler }]);
    const { gadgetId } = await make(process.work, 'overtaken');
    await database.handled(ECHOES, 1);
    expect(seen).toEqual([1, 2]);
    expect(await inbox(gadgetId)).toEqual([{ status: 'PROCESSED', attempts: 0 }]);
    expect(await database.echoes()).toEqual(new Map([['one', [11]]]));
  });

  it('is not counted against an event when the connection is cut at the commit', async () => {
    await process.deliver([process.echoes]);
    const hold = database.hold();
    process.interference.before = hold.wait;
    const { gadgetId } = await make(process.work, 'cut off');
    await hold.reached;
    const lock = await database.holdPauseLock(ECHOES);
    hold.release();
    await lock.waited();
    await database.sql(
      `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    );
    await lock.release();
    await database.handled(ECHOES, 1);
    expect(await inbox(gadgetId)).toEqual([{ status: 'PROCESSED', attempts: 0 }]);
    expect(await database.echoes()).toEqual(new Map([[gadgetId, [1]]]));
  });
});
