import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ReactionHandler } from '../../src/platform/messaging/handlers.js';
import { SETTLE } from '../../src/platform/messaging/inbox.js';
import type { UnitOfWork } from '../../src/platform/messaging/unit-of-work.js';
import { eventually } from '../support/eventually.js';
import { make, paint } from '../support/probe/commands.js';
import { Echo } from '../support/probe/echo.js';
import { ProbeDatabase } from '../support/probe/probe-database.js';
import { ECHOES, type ProbeProcess } from '../support/probe/probe-process.js';
import { Refusal } from '../../src/platform/base/refusal.js';

const GADGETS = 5;
const NOT_MENDED = new Refusal('NOT_MENDED', 409, 'It is not mended yet.');

describe('reactions to events of several keys that wait together', () => {
  let database: ProbeDatabase;
  let process: ProbeProcess;
  let gadgets: string[];
  beforeAll(async () => {
    database = await ProbeDatabase.clone();
  });
  beforeEach(async () => {
    process = await database.process();
    gadgets = [];
    for (let n = 0; n < GADGETS; n += 1) gadgets.push((await make(process.work, `gadget ${n}`)).gadgetId);
  });
  afterEach(() => database.clear());
  afterAll(() => database.drop());

  const eachOnce = (of = gadgets): Map<string, number[]> => new Map(of.map((gadgetId) => [gadgetId, [1]]));
  /** How many transactions wrote what the reactions have written so far. */
  const commits = async (): Promise<number> => {
    const [row] = await database.sql<{ count: number }>(
      `SELECT count(DISTINCT xmin::text)::int AS count FROM mirror.echo`,
    );
    return row?.count ?? 0;
  };
  const audited = (): Promise<number> => database.count(`bus.outbox_event WHERE producer = 'mirror'`);
  const failed = (): Promise<{ key: string; attempts: number; status: string }[]> =>
    database.sql(`SELECT event_key AS key, attempts, status FROM mirror.inbox_event WHERE attempts > 0`);
  const firstTriedAlone = (bad: string): Promise<unknown> =>
    eventually(failed, (found) => found.some(({ key, attempts }) => key === bad && attempts === 1));

  it('are committed together, each with its audit event and the mark that it was handled', async () => {
    await process.deliver([process.echoes]);
    await database.handled(ECHOES, GADGETS);
    expect(await database.echoes()).toEqual(eachOnce());
    expect(await commits()).toBe(1);
    const [apart] = await database.sql<{ count: number }>(
      `SELECT count(*)::int AS count FROM mirror.inbox_event i WHERE i.xmin <> ALL (
         SELECT xmin FROM mirror.echo INTERSECT SELECT xmin FROM bus.outbox_event WHERE producer = 'mirror')`,
    );
    expect(apart?.count).toBe(0);
    expect(await audited()).toBe(GADGETS);
  });

  it('leave one out whose handler fails, and are committed together without it', async () => {
    const bad = gadgets[2] ?? '';
    process.interference.poisoned.add(bad);
    await process.deliver([process.echoes]);
    await firstTriedAlone(bad);
    expect(await database.echoes()).toEqual(eachOnce(gadgets.filter((each) => each !== bad)));
    expect(await commits()).toBe(1);
    expect(await audited()).toBe(GADGETS - 1);
  });

  it('have one effect each, though the database undoes them all because of one that it refuses', async () => {
    const bad = gadgets[2] ?? '';
    const { handler } = process.echoes;
    let mended = false;
    const refused: ReactionHandler = {
      async handle(event, tx) {
        await (handler as ReactionHandler).handle(event, tx, undefined);
        if (event.aggregateId === bad) tx.statement('SELECT 1 WHERE $1::boolean', [mended], NOT_MENDED);
        return undefined;
      },
    };
    await process.deliver([{ ...process.echoes, handler: refused }]);
    await firstTriedAlone(bad);
    await database.handled(ECHOES, GADGETS - 1);
    expect(await failed()).toEqual([{ key: bad, attempts: 1, status: 'PENDING' }]);
    expect(await process.metrics.registry.metrics()).toContain(
      'remit_reactions_undone_total{consumer="mirror.echoes",fault="NOT_MENDED"} 1',
    );
    expect(await database.echoes()).toEqual(eachOnce(gadgets.filter((each) => each !== bad)));
    expect(await audited()).toBe(GADGETS - 1);
    mended = true;
    await database.sql('UPDATE mirror.inbox_event SET next_attempt_at = clock_timestamp()');
    await database.handled(ECHOES, GADGETS);
    expect(await database.echoes()).toEqual(eachOnce());
  });

  it('do not meet again with one that has failed before', async () => {
    const [bad] = gadgets;
    for (const gadgetId of gadgets) process.interference.poisoned.add(gadgetId);
    await process.deliver([process.echoes]);
    await eventually(failed, (found) => found.length === GADGETS);
    await process.stopDelivering();
    process.interference.poisoned.clear();
    await database.sql(
      `UPDATE mirror.inbox_event SET next_attempt_at = clock_timestamp(), attempts = (event_key = $1)::int`,
      [bad],
    );
    await process.deliver([process.echoes]);
    await database.handled(ECHOES, GADGETS);
    const together = await database.sql<{ gadgets: number }>(
      'SELECT count(*)::int AS gadgets FROM mirror.echo GROUP BY xmin::text ORDER BY 1',
    );
    expect(together).toEqual([{ gadgets: 1 }, { gadgets: GADGETS - 1 }]);
  });

  /** All of them change one and the same row. */
  const counting = (before: (tx: UnitOfWork) => Promise<unknown> = () => Promise.resolve()): ReactionHandler => ({
    async handle(_, tx) {
      const total = await tx.load(Echo, 'total');
      await before(tx);
      total.gadgetVersion += 1;
      total.version += 1;
      tx.change(total);
      tx.audit({ eventType: 'CountedAudit', action: 'COUNT', subject: {} });
      return undefined;
    },
  });
  const startCounting = (): Promise<unknown> =>
    database.sql(`INSERT INTO mirror.echo (echo_id, version, gadget_id, gadget_version) VALUES ('total', 1, 'all', 0)`);
  const total = (): Promise<{ version: number; counted: number }[]> =>
    database.sql('SELECT version, gadget_version AS counted FROM mirror.echo');

  it('decide one after the other on an aggregate that all of them change', async () => {
    await startCounting();
    await process.deliver([{ ...process.echoes, handler: counting() }]);
    await database.handled(ECHOES, GADGETS);
    expect(await total()).toEqual([{ version: 1 + GADGETS, counted: GADGETS }]);
    expect(await failed()).toEqual([]);
  });

  it('decide again, once each, when a command changes what one of them has loaded', async () => {
    await startCounting();
    const contested = gadgets[1];
    const others = process.echoes.handler as ReactionHandler;
    let overtaken = false;
    const counts = counting(async () => {
      if (overtaken) return;
      overtaken = true;
      await database.sql(`UPDATE mirror.echo SET version = version + 1 WHERE echo_id = 'total'`);
    });
    const handler: ReactionHandler = {
      handle: (event, tx) => (event.aggregateId === contested ? counts : others).handle(event, tx, undefined),
    };
    await process.deliver([{ ...process.echoes, handler }]);
    await database.handled(ECHOES, GADGETS);
    expect(overtaken).toBe(true);
    const rows = await database.sql(
      `SELECT version, gadget_version AS counted FROM mirror.echo WHERE echo_id = 'total'`,
    );
    expect(rows).toEqual([{ version: 3, counted: 1 }]);
    const echoed = await database.echoes();
    echoed.delete('all');
    expect(echoed).toEqual(eachOnce(gadgets.filter((each) => each !== contested)));
    expect(await audited()).toBe(GADGETS);
    expect(await failed()).toEqual([]);
  });

  it('have one effect each, though the server ends the connection between their statements and the commit', async () => {
    const writer = await database.connectAs('mirror');
    await writer.query('BEGIN; LOCK TABLE mirror.echo IN SHARE MODE');
    await process.deliver([process.echoes]);
    const cut = (): Promise<{ ended: boolean }[]> =>
      database.sql(`SELECT pg_terminate_backend(pid) AS ended FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%INSERT INTO mirror.echo%'`);
    await eventually(cut, (ended) => ended.length === 1);
    await writer.query('COMMIT');
    await writer.end();
    await database.handled(ECHOES, GADGETS);
    expect(await database.echoes()).toEqual(eachOnce());
    expect(await audited()).toBe(GADGETS);
    expect(await failed()).toEqual([]);
  });

  it('are all withheld by a pause that was answered while they were decided', async () => {
    await process.deliver([process.echoes]);
    const hold = database.hold();
    process.interference.before = hold.wait;
    await hold.reached;
    await database.setPaused(ECHOES, true);
    hold.release();
    for (let poll = 0; poll < 4; poll += 1) await process.delivery.feed.fresh();
    expect(await database.count('mirror.echo')).toBe(0);
    expect(await failed()).toEqual([]);
    await database.setPaused(ECHOES, false);
    await database.handled(ECHOES, GADGETS);
    expect(await database.echoes()).toEqual(eachOnce());
  });

  it('keep the order of each key, though one has more events than the others', async () => {
    const [busy = '', ...others] = gadgets;
    for (let colour = 0; colour < 6; colour += 1) await paint(process.work, busy, `${colour}`);
    await process.deliver([process.echoes]);
    await database.handled(ECHOES, GADGETS + 6);
    expect(await database.echoes()).toEqual(eachOnce(others).set(busy, [1, 2, 3, 4, 5, 6, 7]));
  });

  it('are each settled by looking at a few pages, however much waits', async () => {
    const WAITING = 2_000;
    await database.sql(
      `INSERT INTO mirror.inbox_event (consumer_name, event_id, event_type, event_key, aggregate_version, position, status)
       SELECT $1, 'evt_' || n, 'GadgetMade', 'key ' || n % 7, n, n, 'PENDING' FROM generate_series(1, $2) AS n`,
      [ECHOES, WAITING],
    );
    const mirror = await database.connectAs('mirror');
    const { rows } = await mirror.query<{ 'QUERY PLAN': { Plan: Record<string, number> }[] }>(
      `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${SETTLE}`,
      [ECHOES, 'evt_1'],
    );
    await mirror.end();
    const plan = rows[0]?.['QUERY PLAN'][0]?.Plan;
    expect(await database.count(`mirror.inbox_event WHERE status = 'PROCESSED'`)).toBe(1);
    expect(plan?.['Shared Hit Blocks']).toBeLessThan(WAITING / 20);
  });
});
