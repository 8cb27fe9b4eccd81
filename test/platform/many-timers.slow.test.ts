import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { ended, startGadgets } from '../support/probe/background-commands.js';
import { ProbeDatabase } from '../support/probe/probe-database.js';
import type { ProbeProcess } from '../support/probe/probe-process.js';
import { FIRE } from '../support/probe/timer-commands.js';

const MANY = 10_000;

describe('ten thousand timers that are due at once', () => {
  let database: ProbeDatabase;
  let process: ProbeProcess;
  beforeAll(async () => {
    database = await ProbeDatabase.clone();
    process = await database.process();
    await database.sql(
      `INSERT INTO probe.gadget (gadget_id, version, name, colour) SELECT 'gad ' || n, 1, 'many ' || n, 'plain'
       FROM generate_series(1, ${MANY}) AS n`,
    );
    // Stored in another order than that in which they are due.
    await database.sql(
      `INSERT INTO probe.timer (name, key, fires_at, due_at, input, correlation_id, causation_id)
       SELECT '${FIRE}', 'gad ' || n, at, at, jsonb_build_object('text', n::text), 'corr', 'cmd'
       FROM (SELECT n, now() - (${MANY + 1_000} - n) * interval '1 ms' AS at FROM generate_series(1, ${MANY}) AS n) AS due
       ORDER BY md5(n::text)`,
    );
  });
  afterAll(() => database.drop());

  it('fire once each in the order of their times, and neither one that fails nor a job waits for the others', async () => {
    process.background.onFire = ({ key }) => {
      if (key === 'gad 1') throw new TypeError('This one fails.');
    };
    process.startBackground();
    const jobId = await startGadgets(process.work, 'beside', 1);
    await ended(database, jobId);
    expect(await database.count('probe.timer')).toBeGreaterThan(MANY / 2);
    const left = (): Promise<number> => database.count('probe.timer WHERE dead_at IS NULL');
    await eventually(left, (count) => count === 0, 150_000);
    const rows = await database.sql<{ text: string }>('SELECT text FROM probe.gadget_note ORDER BY note_id');
    expect(rows.map(({ text }) => Number(text))).toEqual(Array.from({ length: MANY - 1 }, (_, index) => index + 2));
  }, 180_000);
});
