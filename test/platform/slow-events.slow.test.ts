import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Envelope } from '../../src/platform/messaging/envelope.js';
import type { ProjectionHandler, ReactionHandler } from '../../src/platform/messaging/handlers.js';
import type { ProjectionTransaction } from '../../src/platform/messaging/projection-transaction.js';
import { eventually } from '../support/eventually.js';
import { make } from '../support/probe/commands.js';
import { ProbeDatabase } from '../support/probe/probe-database.js';
import { ECHOES, LIST, type ProbeProcess } from '../support/probe/probe-process.js';

const LIMIT_MS = 300;

describe('an event whose statements take longer than they may', () => {
  let database: ProbeDatabase;
  let process: ProbeProcess;
  let slow: string;
  let isSlow: boolean;
  beforeAll(async () => {
    database = await ProbeDatabase.clone();
    const [{ name } = { name: '' }] = await database.sql<{ name: string }>('SELECT current_database() AS name');
    await database.sql(`ALTER ROLE remit_mirror IN DATABASE "${name}" SET statement_timeout = ${LIMIT_MS}`);
  });
  beforeEach(async () => {
    process = await database.process();
    isSlow = true;
    for (let n = 0; n < 3; n += 1) await make(process.work, `gadget ${n}`);
    slow = (await make(process.work, 'slow')).gadgetId;
    for (let n = 3; n < 6; n += 1) await make(process.work, `gadget ${n}`);
  });
  afterEach(() => database.clear());
  afterAll(() => database.drop());

  const sleepsFor = (events: readonly Envelope[]): boolean =>
    isSlow && events.some(({ eventKey }) => eventKey === slow);
  const asleep = { text: 'SELECT pg_sleep(30)', values: [] };
  const list = (): ProbeProcess['list'] => {
    const { handler, options, ...rest } = process.list;
    const apply = async (events: readonly Envelope[], transaction: ProjectionTransaction): Promise<void> => {
      if (sleepsFor(events)) await transaction.query(asleep);
      await (handler as ProjectionHandler).apply(events, transaction);
    };
    return { ...rest, handler: { apply }, options: { ...options, slowestStatementMs: LIMIT_MS } };
  };
  const echoes = (): ProbeProcess['echoes'] => {
    const { handler, ...rest } = process.echoes;
    const handle: ReactionHandler['handle'] = async (event, tx, prepared) => {
      if (sleepsFor([event])) await tx.query(asleep);
      return (handler as ReactionHandler).handle(event, tx, prepared);
    };
    return { ...rest, handler: { handle } };
  };
  const stored = (): Promise<{ status: string; attempts: number; error: string }[]> =>
    database.sql('SELECT status, attempts, last_error AS error FROM mirror.inbox_event WHERE event_key = $1', [slow]);
  const tried = (attempts: number): Promise<{ status: string; attempts: number; error: string }[]> =>
    eventually(stored, ([found]) => (found?.attempts ?? 0) >= attempts);

  it.each([['projection', LIST, list] as const, ['reaction', ECHOES, echoes] as const])(
    'is parked by a %s and counted, while all others go on, also those that come later',
    async (_, name, consumer) => {
      await process.deliver([consumer()]);
      await database.handled(name, 6);
      const [found] = await tried(1);
      expect(found).toMatchObject({ status: 'PENDING', error: expect.stringContaining('57014') });
      await make(process.work, 'later');
      await database.handled(name, 7);
      isSlow = false;
      await database.sql('UPDATE mirror.inbox_event SET next_attempt_at = clock_timestamp()');
      await database.handled(name, 8);
    },
  );

  it.each([
    ['projection', list],
    ['reaction', echoes],
  ])('is a dead letter of a %s after its last try', async (_, consumer) => {
    await process.deliver([consumer()]);
    for (let attempts = 1; attempts < 8; attempts += 1) {
      await tried(attempts);
      await database.sql('UPDATE mirror.inbox_event SET next_attempt_at = clock_timestamp()');
    }
    expect(await tried(8)).toEqual([{ status: 'DEAD', attempts: 8, error: expect.stringContaining('57014') }]);
  });

  it('is no dead letter for what an operator cancels once', async () => {
    const { options, ...rest } = list();
    await process.deliver([{ ...rest, options: { ...options, slowestStatementMs: 60_000 } }]);
    const cancelled = (): Promise<{ done: boolean }[]> =>
      database.sql(`SELECT pg_cancel_backend(pid) AS done FROM pg_stat_activity
        WHERE datname = current_database() AND state = 'active' AND query LIKE '%pg_sleep(30)%' AND pid <> pg_backend_pid()`);
    await eventually(cancelled, (found) => found.length > 0);
    isSlow = false;
    await database.handled(LIST, 7);
    expect(await database.count(`mirror.inbox_event WHERE status <> 'PROCESSED'`)).toBe(0);
  });
});
