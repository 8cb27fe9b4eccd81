import { randomUUID } from 'node:crypto';
import { eventually } from '../../eventually.js';
import { ATTEMPTS } from '../../../../src/platform/messaging/inbox.js';
import { notProcessed } from '../drained.js';
import type { FaultedProcess } from '../faulted-process.js';
import { clonedDatabase } from '../deployments.js';
import type { FaultedSystem } from '../system.js';
import { goesOn } from './cut-connections.js';
import { runScenario, type Asked, type Outcome } from './scenario.js';

const AMENDMENTS = 3;
const PATIENCE_MS = 60_000;

/**
 * Makes handlers throw, after they have written a part, at the events of some cases: these are parked, all others
 * go on, and at last they are dead letters. Mended, and tried again by an operator, they take their place in order.
 */
export async function poison(asked: Asked): Promise<Outcome> {
  return runScenario(await clonedDatabase(), asked, async (system) => {
    const process = await system.start(asked.broken);
    const load = system.workload();
    load.start(process.officer);
    await goesOn(load, 60);
    await load.stop();
    const keys = registeredIn(system).slice(-asked.times);
    await process.poison(keys);
    for (const caseId of keys) await amend(system, process, caseId);
    load.start(process.officer);
    await goesOn(load, 30);
    await load.stop();
    // A projection that is behind has not applied these events yet: mended now, it would never throw.
    await handled(system, process, keys);
    // Without its protection a projection sets nothing aside, and nothing of it is there to be tried again.
    if (asked.broken) await process.poison([]);
    else await mend(system, process, keys);
    return { faults: keys.length, ...(await system.check(process)) };
  });
}

const registeredIn = ({ ledger }: FaultedSystem): string[] =>
  ledger
    .entries()
    .filter(({ command, outcome }) => command.kind === 'register case' && outcome === 'acknowledged')
    .map(({ given }) => (JSON.parse(given?.text ?? '{}') as { caseId: string }).caseId);

async function amend(system: FaultedSystem, { officer }: FaultedProcess, caseId: string): Promise<void> {
  for (let time = 1; time <= AMENDMENTS; time += 1) {
    const { headers } = await officer.get(`/cases/${caseId}`);
    await system.send(officer, {
      kind: 'amend case',
      schema: 'case_registry',
      actorId: officer.actorId,
      method: 'PATCH',
      path: `/cases/${caseId}`,
      body: { title: `Amended for the ${time}. time` },
      headers: { 'if-match': headers.get('etag') ?? '' },
      key: randomUUID(),
    });
  }
}

/** Waits until every consumer has read the whole log, and handled all of it save events of these keys. */
async function handled(system: FaultedSystem, process: FaultedProcess, saveKeys: string[]): Promise<void> {
  const consumers = await process.consumers();
  await system.asAdministrator((admin) =>
    eventually(
      () => notProcessed(admin, consumers, saveKeys),
      (left) => left.length === 0,
      PATIENCE_MS,
    ),
  );
}

async function mend(system: FaultedSystem, process: FaultedProcess, keys: string[]): Promise<void> {
  const operator = process.as('operator_otto');
  const deadLetters = async (): Promise<{ deadLetterId: string; eventKey: string }[]> =>
    (await operator.get<{ data: { deadLetterId: string; eventKey: string }[] }>('/operations/dead-letters')).body.data;
  const consumers = await process.consumers();
  await system.asAdministrator(async (admin) => {
    await eventually(
      async () => {
        for (const schema of ['reporting', 'operations'])
          await admin.query(
            `UPDATE ${schema}.inbox_event SET attempts = $1, next_attempt_at = clock_timestamp()
             WHERE status = 'PENDING' AND attempts > 0`,
            [ATTEMPTS - 1],
          );
        return deadLetters();
      },
      (dead) => keys.every((key) => dead.some(({ eventKey }) => eventKey === key)),
      PATIENCE_MS,
    );
    await process.poison([]);
    await eventually(
      async () => {
        for (const { deadLetterId } of await deadLetters())
          await operator.post(`/operations/dead-letters/${deadLetterId}/retry`, { reason: 'The handler was mended.' });
        return notProcessed(admin, consumers);
      },
      (left) => left.length === 0,
      PATIENCE_MS,
    );
  });
}
