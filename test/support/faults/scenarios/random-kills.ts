import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '../../eventually.js';
import { clonedDatabase, embeddedServer } from '../deployments.js';
import { killPostmaster } from '../postgres-processes.js';
import { between } from '../random.js';
import { runScenario, type Asked, type Outcome } from './scenario.js';

const PATIENCE_MS = 60_000;
const AT_LEAST = 20;
const AT_MOST_MS = 400;

/**
 * Kills the process group at a random time under load, again and again, and starts it again. Every answer that was
 * under way is unknown.
 * @param embedded with the server that the application starts by itself, which is killed too every other time
 */
export async function randomKills(asked: Asked, embedded = false): Promise<Outcome> {
  const { random, times, broken } = asked;
  const deployment = embedded ? await embeddedServer() : await clonedDatabase();
  return runScenario(deployment, asked, async (system) => {
    const load = system.workload({ partiesOnly: broken === 'answers before it commits' });
    let running = await system.start(broken);
    for (let kill = 0; kill < times; kill += 1) {
      const before = load.acknowledged;
      load.start(running.officer);
      await eventually(
        () => load.acknowledged,
        (count) => count >= before + AT_LEAST,
        PATIENCE_MS,
      );
      await pause(between(random, 0, AT_MOST_MS));
      if ('cluster' in deployment && kill % 2 === 1) await killPostmaster(deployment.cluster);
      await running.killGroup();
      await load.stop();
      await system.endLeases();
      running = await system.start();
    }
    return { faults: times, ...(await system.check(running)) };
  });
}
