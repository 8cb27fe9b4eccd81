import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { make } from '../support/probe/commands.js';
import { ProbeDatabase } from '../support/probe/probe-database.js';
import type { ProbeProcess } from '../support/probe/probe-process.js';
import { changeTimers, FIRE, fires, outcomeOf, setTimer } from '../support/probe/timer-commands.js';

const ROUNDS = 60;
const HOUR = 3_600_000;

describe('a timer that is changed in the same moment as two processes fire it', () => {
  let database: ProbeDatabase;
  let one: ProbeProcess;
  let other: ProbeProcess;
  beforeAll(async () => {
    database = await ProbeDatabase.clone();
    [one, other] = [await database.process(), await database.process()];
    one.startBackground({ alone: false });
    other.startBackground({ alone: false });
  });
  afterAll(() => database.drop());

  const timersLeft = (key: string): Promise<number> => database.count('probe.timer WHERE key = $1', [key]);

  /** @returns how often it was the change that won */
  async function race(what: string, change: (key: string) => Promise<void>, leftAfterChange: number): Promise<number> {
    let changed = 0;
    let patience = 12;
    for (let round = 0; round < ROUNDS; round += 1) {
      const { gadgetId: key } = await make(one.work, `${what} ${round}`);
      await setTimer(one.work, key, new Date(one.clock.now().getTime() + 12));
      // Whoever won waits longer or less the next time, so that the two meet however fast the machine is.
      await new Promise((resolve) => setTimeout(resolve, patience));
      const outcome = await outcomeOf(change(key));
      patience = Math.max(0, patience + (outcome === 'DONE' ? 4 : -4));
      if (outcome === 'DONE') {
        changed += 1;
        expect({ round, fired: await fires(database, key) }).toEqual({ round, fired: [] });
        expect(await timersLeft(key)).toBe(leftAfterChange);
      } else {
        expect(outcome).toBe('TIMER_GONE');
        expect({ round, fired: await fires(database, key) }).toEqual({ round, fired: ['fired'] });
        expect(await timersLeft(key)).toBe(0);
      }
    }
    // What was moved and did not fire has not fired later either.
    const twice = await database.count(
      '(SELECT FROM probe.gadget_note GROUP BY gadget_id HAVING count(*) > 1) AS twice',
    );
    expect(twice).toBe(0);
    return changed;
  }

  it('has fired, or was moved: never both, never neither', async () => {
    const moved = await race(
      'moved',
      (key) =>
        changeTimers(other.work, (tx) => {
          tx.moveTimer(FIRE, { key, firesAt: new Date(other.clock.now().getTime() + HOUR) });
        }),
      1,
    );
    expect(moved).toBeGreaterThan(0);
    expect(moved).toBeLessThan(ROUNDS);
  }, 120_000);

  it('has fired, or was withdrawn: never both, never neither', async () => {
    const withdrawn = await race(
      'withdrawn',
      (key) =>
        changeTimers(other.work, (tx) => {
          tx.withdrawTimer(FIRE, key);
        }),
      0,
    );
    expect(withdrawn).toBeGreaterThan(0);
    expect(withdrawn).toBeLessThan(ROUNDS);
  }, 120_000);
});
