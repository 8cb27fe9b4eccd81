import { clonedDatabase } from '../deployments.js';
import { runScenario, type Asked, type Outcome } from './scenario.js';

/**
 * Stops one of two replicas in the middle of a batch, for longer than its lease lasts, and lets it go on when the
 * other has taken over and got further.
 */
export async function frozenReplica(asked: Asked): Promise<Outcome> {
  return runScenario(await clonedDatabase(), asked, async (system) => {
    await system.asAdministrator(letTransactionsIdle);
    let frozen = await system.start(asked.broken);
    let other = await system.start(asked.broken);
    const load = system.workload();
    for (let time = 0; time < asked.times; time += 1) {
      load.start(other.officer);
      await frozen.arm('before the inbox is written', 1, 'SIGSTOP');
      // Others of its transactions may stand still on their own offsets: those the server ends, after a while.
      const { consumer } = await frozen.hit();
      await other.moved(consumer);
      frozen.resume();
      await frozen.triedToMove(consumer);
      await load.stop();
      [frozen, other] = [other, frozen];
    }
    return { faults: asked.times, ...(await system.check(other)) };
  });
}

/** On a busy machine the server would end the stopped transaction before the fencing epoch had to. */
const letTransactionsIdle = async (admin: { query: (sql: string) => Promise<unknown> }): Promise<void> => {
  await admin.query(`DO $$ DECLARE login text; BEGIN
    FOR login IN SELECT rolname FROM pg_roles WHERE rolname LIKE 'remit\\_%' AND rolcanlogin LOOP
      EXECUTE format('ALTER ROLE %I IN DATABASE %I SET idle_in_transaction_session_timeout = ''60s''', login, current_database());
    END LOOP; END $$`);
};
