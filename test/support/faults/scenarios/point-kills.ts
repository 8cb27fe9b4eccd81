import { CRASH_POINTS, type CrashPoint } from '../crash-points.js';
import { clonedDatabase } from '../deployments.js';
import { between } from '../random.js';
import { runScenario, type Asked, type Outcome } from './scenario.js';

const PASSED_AT_MOST = 6;

/** Kills the process at each of the points under load, and starts it again. */
export async function pointKills(
  asked: Asked,
  points: readonly CrashPoint[] = CRASH_POINTS,
): Promise<Outcome & { hit: string[] }> {
  const { random, times, broken } = asked;
  const hit: string[] = [];
  const outcome = await runScenario(await clonedDatabase(), asked, async (system) => {
    const load = system.workload();
    let running = await system.start(broken);
    for (let round = 0; round < times; round += 1)
      for (const point of points) {
        load.start(running.officer);
        await running.arm(point, between(random, 1, PASSED_AT_MOST));
        hit.push((await running.hit()).point);
        if ((await running.exited) !== null) throw new Error(`It was not killed ${point}.`);
        await load.stop();
        await system.endLeases();
        running = await system.start();
      }
    return { faults: hit.length, ...(await system.check(running)) };
  });
  return { ...outcome, hit };
}
