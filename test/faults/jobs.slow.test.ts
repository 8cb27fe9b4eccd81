import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { JOB_POINTS } from '../support/faults/crash-points.js';
import { clonedDatabase } from '../support/faults/deployments.js';
import { randomOf } from '../support/faults/random.js';
import { FaultedSystem } from '../support/faults/system.js';
import { actionsFile, importEnded, sendFile } from '../support/imports.js';

const ROWS = 30;

describe('a job whose process fails on its way', () => {
  let system: FaultedSystem;
  let files = 0;
  beforeAll(async () => {
    system = await FaultedSystem.on(await clonedDatabase(), randomOf(1));
  }, 120_000);
  afterAll(() => system.close());

  const count = (from: string): Promise<number> =>
    system.asAdministrator(async (admin) => {
      const { rows } = await admin.query<{ count: number }>(`SELECT count(*)::int AS count FROM ${from}`);
      return rows[0]?.count ?? 0;
    });

  /** Everything that was imported until now has one effect, and no job is left. */
  async function everythingOnce(): Promise<void> {
    expect(await count('case_registry.case_header')).toBe(files * ROWS);
    expect(await count('investigation.allegation')).toBe(files * ROWS);
    expect(await count(`intake.job WHERE status <> 'COMPLETED'`)).toBe(0);
  }

  it('is killed at each of the named points, and the next process does the rest, everything once', async () => {
    let running = await system.start();
    const hit: string[] = [];
    for (const point of JOB_POINTS) {
      files += 1;
      await running.arm(point);
      const { body } = await sendFile(running.officer, actionsFile(ROWS, 10, point));
      hit.push((await running.hit()).point);
      expect(await running.exited).toBeNull();
      await system.endLeases();
      running = await system.start();
      const ended = await importEnded(running.officer, body.importId);
      expect(ended).toMatchObject({ status: 'COMPLETED', created: ROWS, existing: 0, refused: 0 });
    }
    expect(hit).toEqual([...JOB_POINTS]);
    await everythingOnce();
    await running.stop();
  }, 400_000);

  it('is frozen past its lease: another goes on to the end, and what the first then commits is refused', async () => {
    const [frozen, other] = [await system.start(), await system.start()];
    files += 1;
    await frozen.arm('before a commit behind the fence', 1, 'SIGSTOP');
    const { body } = await sendFile(frozen.officer, actionsFile(ROWS, 10, 'frozen'));
    await frozen.hit();
    const ended = await importEnded(other.officer, body.importId);
    expect(ended).toMatchObject({ status: 'COMPLETED', created: ROWS, existing: 0, refused: 0 });
    // A stop waits for what is under way: its late commit has been tried by then.
    frozen.resume();
    await frozen.stop();
    expect(await importEnded(other.officer, body.importId)).toEqual(ended);
    expect(await count(`intake.job WHERE epoch = 2 AND key = '${body.importId}'`)).toBe(1);
    await everythingOnce();
  }, 200_000);
});
