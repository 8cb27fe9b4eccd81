import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Envelope } from '../../src/platform/messaging/envelope.js';
import type { ProjectionTransaction } from '../../src/platform/messaging/projection-transaction.js';
import { make, paint } from '../support/probe/commands.js';
import { ProbeDatabase } from '../support/probe/probe-database.js';
import { LIST, type ProbeProcess } from '../support/probe/probe-process.js';

const FAULT = { text: 'SELECT 1 / 0', values: [] };

describe('a batch of a projection', () => {
  let database: ProbeDatabase;
  let process: ProbeProcess;
  beforeAll(async () => {
    database = await ProbeDatabase.clone();
    // The test server's own default is off.
    await database.sql('ALTER ROLE remit_mirror SET synchronous_commit = on');
  });
  beforeEach(async () => {
    process = await database.process();
  });
  afterEach(() => database.clear());
  afterAll(async () => {
    await database.sql('ALTER ROLE remit_mirror RESET synchronous_commit');
    await database.drop();
  });

  it('commits nothing of an event whose statement fails after its handler has ended, and everything else', async () => {
    const [{ gadgetId: bad }, { gadgetId: good }] = [await make(process.work, 'bad'), await make(process.work, 'good')];
    await paint(process.work, good, 'red');
    process.interference.after = (events: readonly Envelope[], transaction?: ProjectionTransaction) => {
      if (events.some(({ eventKey }) => eventKey === bad)) transaction?.write(FAULT);
    };
    await process.deliver([process.list]);
    await database.handled(LIST, 2);
    expect(await database.rows()).toEqual(new Map([[good, [1, 2]]]));
    const [parked] = await database.sql<{ key: string; fault: string }>(
      `SELECT event_key AS key, last_error AS fault FROM mirror.inbox_event WHERE status = 'PENDING'`,
    );
    expect(parked?.key).toBe(bad);
    // The statement's own fault, not that those behind it found the transaction broken.
    expect(parked?.fault).toContain('22012');
  });

  it('is tried without the events that were received before, and applies the others once', async () => {
    const { gadgetId } = await make(process.work, 'repeated');
    await process.deliver([process.list]);
    await database.handled(LIST, 1);
    await process.stopDelivering();
    await database.sql(`UPDATE mirror.consumer_offset SET snapshot = '1:1:', until_snapshot = NULL, position = NULL`);
    await paint(process.work, gadgetId, 'red');
    await process.deliver([process.list]);
    await database.handled(LIST, 2);
    expect(await database.rows()).toEqual(new Map([[gadgetId, [1, 2]]]));
  });

  it.each([
    ['leaves it to the next flush, because effects are lost only together with the offset', undefined, 'off'],
    ['is flushed before anybody reads it, where readers keep what they were shown', true, 'on'],
  ])('%s', async (_, durable, expected) => {
    const found: string[] = [];
    process.interference.after = async (_events, transaction) => {
      const [row] =
        (await transaction?.query<{ synchronous_commit: string }>({
          text: 'SHOW synchronous_commit',
          values: [],
        })) ?? [];
      found.push(row?.synchronous_commit ?? '');
    };
    await make(process.work, 'flushed');
    const { list } = process;
    await process.deliver([{ ...list, options: { ...list.options, ...(durable && { durable }) } }]);
    await database.handled(LIST, 1);
    expect(found).toEqual([expected]);
  });
});
