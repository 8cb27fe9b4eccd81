import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { make } from '../support/probe/commands.js';
import { ProbeDatabase } from '../support/probe/probe-database.js';
import type { ProbeProcess } from '../support/probe/probe-process.js';
import { changeTimers, FIRE, fires, outcomeOf, setTimer } from '../support/probe/timer-commands.js';

const HOUR = 3_600_000;

describe('a timer', () => {
  let database: ProbeDatabase;
  let process: ProbeProcess;
  let key: string;
  beforeAll(async () => {
    database = await ProbeDatabase.clone();
  });
  beforeEach(async () => {
    process = await database.process();
    key = (await make(process.work, 'timed')).gadgetId;
  });
  afterEach(() => database.clear());
  afterAll(() => database.drop());

  const inTime = (milliseconds: number): Date => new Date(process.clock.now().getTime() + milliseconds);
  const fired = (times: number): Promise<string[]> =>
    eventually(
      () => fires(database, key),
      ({ length }) => length === times,
    );
  const timers = (): Promise<{ attempts: number; last_error: string | null; dead: boolean }[]> =>
    database.sql('SELECT attempts, last_error, dead_at IS NOT NULL AS dead FROM probe.timer');

  it('fires once when its time has come, and is gone with its effect', async () => {
    let early: number | undefined;
    process.background.onFire = ({ firesAt }) => {
      early = firesAt.getTime() - process.clock.now().getTime();
    };
    process.startBackground();
    await setTimer(process.work, key, inTime(200), 'on time');
    expect(await fired(1)).toEqual(['on time']);
    expect(early).toBeLessThanOrEqual(0);
    expect(await timers()).toEqual([]);
  });

  it('acts under its own name, caused by the command that set it', async () => {
    process.startBackground();
    await setTimer(process.work, key, inTime(-1));
    await fired(1);
    const [audit] = await database.sql(
      `SELECT f.payload_json -> 'actor' ->> 'actorId' AS actor, f.causation_id = s.payload_json ->> 'sourceCommandId' AS caused,
         f.correlation_id = s.correlation_id AS correlated
       FROM bus.outbox_event f, bus.outbox_event s
       WHERE f.payload_json ->> 'eventType' = 'TimerFiredAudit' AND s.payload_json ->> 'eventType' = 'TimersChangedAudit'`,
    );
    expect(audit).toEqual({ actor: 'system:probe.shelve-gadget', caused: true, correlated: true });
  });

  it('follows the application\u2019s clock when that is moved', async () => {
    const background = process.startBackground();
    await setTimer(process.work, key, inTime(24 * HOUR));
    process.clock.moveTo(25 * HOUR);
    background.poll();
    await fired(1);
  });

  it('that became due while no process ran fires at the next start', async () => {
    await setTimer(process.work, key, inTime(50));
    await new Promise((resolve) => setTimeout(resolve, 60));
    process.startBackground();
    await fired(1);
  });

  it('is one for a name and key: set a second time it is moved', async () => {
    await setTimer(process.work, key, inTime(-1), 'first');
    await setTimer(process.work, key, inTime(HOUR), 'second');
    const background = process.startBackground();
    await setTimer(process.work, key, inTime(-1), 'third');
    expect(await fired(1)).toEqual(['third']);
    process.clock.moveTo(2 * HOUR);
    background.poll();
    await changeTimers(process.work, (tx) => {
      tx.setTimer(FIRE, { key, firesAt: inTime(-1), input: { text: 'last' } });
      tx.setTimer(FIRE, { key, firesAt: inTime(HOUR) });
      tx.withdrawTimer(FIRE, key, { evenIfGone: true });
    });
    expect(await timers()).toEqual([]);
    expect(await fires(database, key)).toEqual(['third']);
  });

  it('keeps what it was set for when it is moved without a new input', async () => {
    await setTimer(process.work, key, inTime(HOUR), 'kept');
    await changeTimers(process.work, (tx) => {
      tx.moveTimer(FIRE, { key, firesAt: inTime(-1) });
    });
    process.startBackground();
    expect(await fired(1)).toEqual(['kept']);
  });

  it('that has fired or was withdrawn can be neither moved nor withdrawn, and whoever tries is told', async () => {
    const move = (): Promise<void> =>
      changeTimers(process.work, (tx) => {
        tx.moveTimer(FIRE, { key, firesAt: inTime(HOUR) });
      });
    const withdraw = (): Promise<void> =>
      changeTimers(process.work, (tx) => {
        tx.withdrawTimer(FIRE, key);
      });
    await setTimer(process.work, key, inTime(HOUR));
    expect(await outcomeOf(withdraw())).toBe('DONE');
    expect([await outcomeOf(move()), await outcomeOf(withdraw())]).toEqual(['TIMER_GONE', 'TIMER_GONE']);
    process.startBackground();
    await setTimer(process.work, key, inTime(-1));
    await fired(1);
    expect([await outcomeOf(move()), await outcomeOf(withdraw())]).toEqual(['TIMER_GONE', 'TIMER_GONE']);
  });

  it('may set itself again when it fires', async () => {
    let left = 3;
    process.background.onFire = (timer, tx) => {
      left -= 1;
      if (left > 0) tx.setTimer(FIRE, { key: timer.key, firesAt: inTime(20), input: { text: `left ${left}` } });
    };
    process.startBackground();
    await setTimer(process.work, key, inTime(-1), 'left 3');
    expect(await fired(3)).toEqual(['left 3', 'left 2', 'left 1']);
    expect(await timers()).toEqual([]);
  });

  it('that fails is tried again later, holds up no other, and is dead after its last try until it is set anew', async () => {
    const { gadgetId: other } = await make(process.work, 'sound');
    process.background.onFire = (timer) => {
      if (timer.key === key) throw new TypeError('Ann Smith owes 5 dollars.');
    };
    process.startBackground();
    await setTimer(process.work, key, inTime(-2));
    await setTimer(process.work, other, inTime(-1));
    await eventually(
      () => fires(database, other),
      ({ length }) => length === 1,
    );
    const [dead] = await eventually(timers, ([timer]) => timer?.dead === true);
    expect(dead).toMatchObject({
      attempts: 3,
      last_error: expect.stringMatching(/^TypeError at timers\.test\.ts:\d+$/),
    });
    expect(await fires(database, key)).toEqual([]);
    process.background.onFire = () => undefined;
    await setTimer(process.work, key, inTime(-1), 'at last');
    expect(await fired(1)).toEqual(['at last']);
  });

  it('is tried for as long as the database is what fails, and none of those tries count', async () => {
    let tries = 0;
    process.background.onFire = () => {
      tries += 1;
      if (tries < 5) throw Object.assign(new Error('The database is away.'), { code: '57P01' });
    };
    process.startBackground();
    await setTimer(process.work, key, inTime(-1), 'weathered');
    expect(await fired(1)).toEqual(['weathered']);
  });

  it('that is not declared cannot be set', async () => {
    await expect(
      changeTimers(process.work, (tx) => {
        tx.setTimer('unheard-of', { key, firesAt: inTime(1) });
      }),
    ).rejects.toThrow('probe does not declare the timer unheard-of.');
  });

  it('that a killed process had claimed is fired at once by one that is alone, and after the claim by another', async () => {
    const claims = `UPDATE probe.timer SET claimed_by = 'killed', claimed_until = clock_timestamp() + `;
    await setTimer(process.work, key, inTime(-1), 'alone');
    await database.sql(`${claims} interval '1 day'`);
    process.startBackground({ alone: true });
    expect(await fired(1)).toEqual(['alone']);
    await process.stopBackground();
    await setTimer(process.work, key, inTime(-1), 'another');
    await database.sql(`${claims} interval '0.3 seconds'`);
    process.startBackground({ alone: false });
    expect(await fired(2)).toEqual(['alone', 'another']);
  });

  it('is fired by one process alone when two come to it, and its claim holds nobody up for longer than it lasts', async () => {
    const other = await database.process();
    const [here, there] = [database.hold(), database.hold()];
    process.background.onFire = here.wait;
    other.background.onFire = there.wait;
    process.startBackground({ alone: false });
    await setTimer(process.work, key, inTime(-1), 'once');
    await here.reached;
    // As though the first had been frozen past its claim: both have staged the effect now.
    await database.sql(`UPDATE probe.timer SET claimed_until = clock_timestamp() - interval '1 second'`);
    other.startBackground({ alone: false });
    await there.reached;
    here.release();
    there.release();
    await process.stopBackground();
    await other.stopBackground();
    expect(await fires(database, key)).toEqual(['once']);
    expect(await timers()).toEqual([]);
  });
});
