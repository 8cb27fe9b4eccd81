import { eventually } from '../../eventually.js';
import { clonedDatabase } from '../deployments.js';
import { COMMITS } from '../proxy.js';
import { between } from '../random.js';
import { runScenario, type Asked, type Outcome } from './scenario.js';

const REFUSED_MS = 300;
const PATIENCE_MS = 60_000;

/**
 * Cuts a connection after the server has committed and before its client hears so: of a command, a reaction and a
 * batch in turn. Every third time nobody can connect for a while, so that not even the first answer can be looked up.
 * @param commits which of them are met
 */
export async function ambiguousCommits(asked: Asked, commits = Object.values(COMMITS)): Promise<Outcome> {
  return runScenario(await clonedDatabase(), asked, async (system) => {
    const process = await system.start(asked.broken);
    const load = system.workload();
    load.start(process.officer);
    for (let cut = 0; cut < asked.times; cut += 1) {
      const matches = commits[cut % commits.length];
      if (matches) await system.deployment.proxy.cutAfter(matches, cut % 3 === 0 ? REFUSED_MS : 0);
      await goesOn(load);
    }
    await load.stop();
    return { faults: asked.times, ...(await system.check(process)) };
  });
}

/** Cuts every connection where it stands: the proxy and the server's own way to end a backend in turn. */
export async function cutConnections(asked: Asked): Promise<Outcome> {
  return runScenario(await clonedDatabase(), asked, async (system) => {
    const process = await system.start();
    const load = system.workload();
    load.start(process.officer);
    let cut = 0;
    for (let time = 0; time < asked.times; time += 1) {
      await goesOn(load, between(asked.random, 5, 30));
      if (time % 2 === 0) cut += system.deployment.proxy.cutAll();
      else cut += await system.asAdministrator(terminateBackends);
    }
    await goesOn(load);
    await load.stop();
    return { faults: cut, ...(await system.check(process)) };
  });
}

const terminateBackends = async (admin: {
  query: (sql: string) => Promise<{ rowCount: number | null }>;
}): Promise<number> => {
  const { rowCount } = await admin.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name LIKE 'remit %'`);
  return rowCount ?? 0;
};

/** Waits until commands are acknowledged again. */
export async function goesOn(load: { acknowledged: number }, more = 10): Promise<void> {
  const before = load.acknowledged;
  await eventually(
    () => load.acknowledged,
    (count) => count >= before + more,
    PATIENCE_MS,
  );
}
