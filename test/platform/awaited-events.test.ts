import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { newId } from '../../src/platform/base/ids.js';
import { eventually } from '../support/eventually.js';
import { bodyOf, make, paint, shelve } from '../support/probe/commands.js';
import { ProbeDatabase } from '../support/probe/probe-database.js';
import { ECHOES, LIST, type ProbeProcess } from '../support/probe/probe-process.js';

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
    const polls = (): number => asked.mock.calls.filter(([{ name }]) => name === 'awaited_events').length;
    const waiting = Array.from({ length: 500 }, () => waitFor(publishedEventId));
    await eventually(polls, (count) => count >= 2);
    const before = polls();
    hold.release();
    expect(await Promise.all(waiting)).toEqual(waiting.map(() => true));
    // The first finds who came first, the next all others; a few more may have found nothing while the batch was held.
    expect(before).toBeLessThan(20);
    expect(polls() - before).toBeLessThan(20);
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

  it('polls once even for somebody who will not wait', async () => {
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
    await holder();
    const { consumers } = await process.deliver([process.list], false);
    const { gadgetId, publishedEventId } = await make(process.work, 'elsewhere');
    expect(await waitFor(publishedEventId)).toBe(true);
    const { publishedEventId: shelved } = bodyOf(await shelve(process.work, gadgetId));
    expect(await waitFor(shelved)).toBe(true);
    await notifiedOf(LIST, shelved);
    expect(consumers.get(LIST)?.consumer.isHeld).toBe(false);
  });

  it('trusts nothing that it knows from before a crash of the server, of another replica or of itself', async () => {
    const { reader, progressElsewhere, consumers } = await process.deliver([process.list]);
    const { gadgetId } = await make(process.work, 'before');
    await database.handled(LIST, 1);
    await database.setPaused(LIST, true);
    const { publishedEventId: shelved } = bodyOf(await shelve(process.work, gadgetId));
    const [snapshot, run] = [await reader.snapshot(), await reader.run()];
    const here = consumers.get(LIST)?.consumer;
    if (!here) throw new Error('The consumer is here.');
    const progress = jest.spyOn(here, 'progress', 'get');
    // The consumer is paused: that it has gone past the event is only said.
    progress.mockReturnValue({ snapshot, run: 'another' });
    expect(await waitFor(shelved, 0)).toBe(false);
    progress.mockReturnValue({ snapshot, run });
    expect(await waitFor(shelved, 0)).toBe(true);
    progress.mockReturnValue(undefined);
    progressElsewhere.set(LIST, { snapshot, run: 'another' });
    expect(await waitFor(shelved, 0)).toBe(false);
    progressElsewhere.set(LIST, { snapshot, run });
    expect(await waitFor(shelved, 0)).toBe(true);
    await database.setPaused(LIST, false);
  });

  it('wakes who waits for a projection to apply something at nothing else, here and in another replica', async () => {
    const there = await holder();
    await process.deliver([process.list, process.echoes], false);
    const { gadgetId, publishedEventId } = await make(process.work, 'quiet');
    await notifiedOf(LIST, publishedEventId);
    await notifiedOf(ECHOES, publishedEventId);
    const woken: string[] = [];
    const both = [process, there];
    const listed = both.map(({ readModels }) => readModels.applied(['gadget-list'], LONG_MS));
    for (const each of listed) void each.then(() => woken.push('gadget-list'));
    const echoed = both.map(({ readModels }) => readModels.applied(['echoes'], LONG_MS));
    // The reaction handles it, and the projection only goes past it.
    const { publishedEventId: shelved } = bodyOf(await shelve(process.work, gadgetId));
    await Promise.all([...echoed, waitFor(shelved)]);
    expect(woken).toEqual([]);
    await paint(process.work, gadgetId, 'red');
    await Promise.all(listed);
    expect(woken).toHaveLength(2);
  });

  /** Waits until another replica has notified this one that the consumer is past the event. */
  async function notifiedOf(consumer: string, eventId: string): Promise<void> {
    const { reader, progressElsewhere } = process.delivery;
    await eventually(
      () => reader.passed([{ eventId, ...(progressElsewhere.get(consumer) ?? { snapshot: '1:1:', run: '' }) }]),
      ([event]) => event?.passed === true,
    );
  }

  /** Another process that holds the consumers. */
  async function holder(): Promise<ProbeProcess> {
    const there = await database.process();
    const { consumers } = await there.deliver([there.list, there.echoes], false);
    await eventually(
      () => [...consumers.values()].every(({ consumer }) => consumer.isHeld),
      (held) => held,
    );
    return there;
  }
});
