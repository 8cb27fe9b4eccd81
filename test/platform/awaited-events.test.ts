import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { newId } from '../../src/platform/ids.js';
import { eventually } from '../support/eventually.js';
import { bodyOf, make, paint, shelve } from '../support/probe/commands.js';
import { ProbeDatabase } from '../support/probe/probe-database.js';
import { LIST, type ProbeProcess } from '../support/probe/probe-process.js';

const LONG_MS = 20_000;

describe('waiting for an event to be applied', () => {
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

  const waitFor = (eventId: string, timeoutMs = LONG_MS): Promise<boolean> =>
    process.readModels.waitFor('gadget-list', eventId, timeoutMs);

  it('asks the database as often for five hundred who wait as for one', async () => {
    await process.deliver([process.list]);
    const { gadgetId } = await make(process.work, 'awaited');
    await database.handled(LIST, 1);
    const hold = database.hold();
    process.interference.before = hold.wait;
    const painted = await paint(process.work, gadgetId, 'red');
    await hold.reached;
    const { publishedEventId } = bodyOf(painted);
    const asked = jest.spyOn(process.mirror, 'query');
    const looks = (): number => asked.mock.calls.filter(([{ name }]) => name === 'awaited_events').length;
    const waiting = Array.from({ length: 500 }, () => waitFor(publishedEventId));
    await eventually(looks, (count) => count >= 2);
    const before = looks();
    hold.release();
    expect(await Promise.all(waiting)).toEqual(waiting.map(() => true));
    // The first finds who came first, the next all others; a few more may have found nothing while the batch was held.
    expect(before).toBeLessThan(20);
    expect(looks() - before).toBeLessThan(20);
  });

  it('answers each for its own event, and asks no more once nobody waits', async () => {
    await process.deliver([process.list]);
    const made = await Promise.all(Array.from({ length: 20 }, (_, n) => make(process.work, `own ${n}`)));
    const [applied, unknown] = await Promise.all([
      Promise.all(made.map(({ publishedEventId }) => waitFor(publishedEventId))),
      waitFor(newId('evt'), 30),
    ]);
    expect([new Set(applied), unknown]).toEqual([new Set([true]), false]);
    const asked = jest.spyOn(process.mirror, 'query');
    await make(process.work, 'unasked');
    await database.handled(LIST, 21);
    expect(asked.mock.calls.filter(([{ name }]) => name === 'awaited_events')).toEqual([]);
  });

  it('looks once even for somebody who will not wait', async () => {
    await process.deliver([process.list]);
    const { publishedEventId } = await make(process.work, 'at once');
    await database.handled(LIST, 1);
    expect(await waitFor(publishedEventId, 0)).toBe(true);
    expect(await waitFor(newId('evt'), 0)).toBe(false);
  });

  it('fails when the database does, and works again with it', async () => {
    await process.deliver([process.list]);
    const { publishedEventId } = await make(process.work, 'in trouble');
    const broken = jest.spyOn(process.mirror, 'query').mockRejectedValueOnce(new Error('gone'));
    await expect(waitFor(publishedEventId)).rejects.toThrow('gone');
    broken.mockRestore();
    expect(await waitFor(publishedEventId)).toBe(true);
  });

  it('is told by the process that holds the consumer, be the event handled there or only gone past', async () => {
    const holder = await database.process();
    await holder.deliver([holder.list], false);
    await eventually(
      () => holder.delivery.consumers.get(LIST)?.consumer.isHeld,
      (held) => held === true,
    );
    const { reader, passedElsewhere, consumers } = await process.deliver([process.list], false);
    const { gadgetId, publishedEventId } = await make(process.work, 'elsewhere');
    expect(await waitFor(publishedEventId)).toBe(true);
    const { publishedEventId: shelved } = bodyOf(await shelve(process.work, gadgetId));
    expect(await waitFor(shelved)).toBe(true);
    await eventually(
      () => reader.seen([{ eventId: shelved, snapshot: passedElsewhere.get(LIST) ?? '1:1:' }]),
      ([sighting]) => sighting?.seen === true,
    );
    expect(consumers.get(LIST)?.consumer.isHeld).toBe(false);
  });
});
