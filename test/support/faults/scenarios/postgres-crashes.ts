import { OwnServer } from '../deployments.js';
import { killBackend, killPostmaster } from '../postgres-processes.js';
import { between } from '../random.js';
import { goesOn } from './cut-connections.js';
import { runScenario, type Asked, type Outcome } from './scenario.js';

/**
 * Kills PostgreSQL under the load: in turn one backend, upon which the server ends the others and recovers, and the
 * postmaster, whose backends are left to themselves. The application stays, and goes on when the server is back.
 */
export async function postgresCrashes(asked: Asked): Promise<Outcome> {
  return runScenario(await OwnServer.start(), asked, async (system) => {
    const process = await system.start();
    const load = system.workload();
    load.start(process.officer);
    for (let crash = 0; crash < asked.times; crash += 1) {
      await goesOn(load, between(asked.random, 20, 60));
      if (crash % 2 === 0) await system.asAdministrator(killBackend);
      else {
        await killPostmaster(system.deployment.cluster);
        await system.deployment.restart();
      }
    }
    // A database that has lost commits may take no command any more: that is a finding too, beside what it lost.
    const stuck = await goesOn(load).then(
      () => [],
      (error: unknown) => [{ kind: 'stuck', what: String(error) } as const],
    );
    await load.stop();
    const { findings, tally } = await system.check(process);
    return { faults: asked.times, findings: [...findings, ...stuck], tally };
  });
}
