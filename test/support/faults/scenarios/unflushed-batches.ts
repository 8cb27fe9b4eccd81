import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { eventually } from '../../eventually.js';
import type { FaultedProcess } from '../faulted-process.js';
import { OwnServer } from '../deployments.js';
import { killBackend } from '../postgres-processes.js';
import { runScenario, type Asked, type Outcome } from './scenario.js';

const PATIENCE_MS = 60_000;
const CONSUMER = 'reporting.case-dossier';
/** Their commits wait for the disk, and take along what was committed before them. */
const FLUSHING = ['audit.records', 'operations.observer', 'workflow.case-process'];

interface Registered {
  partyId: string;
  publishedEventId: string;
}

/**
 * Kills a backend when a projection has committed and before that is on the disk. The server recovers without it,
 * and the application, which stays, has to apply it once more.
 * @returns also how often what was applied was gone, and came back
 */
export async function unflushedBatches(asked: Asked): Promise<Outcome & { madeAgain: number }> {
  let madeAgain = 0;
  const outcome = await runScenario(await OwnServer.start(), asked, async (system) => {
    await system.asAdministrator(flushSeldom);
    const process = await system.start(asked.broken);
    const { officer } = process;
    const send = async (path: string, schema: string, kind: string, body: object): Promise<Registered | undefined> => {
      const key = randomUUID();
      const command = { kind, schema, actorId: officer.actorId, method: 'POST', path, body, headers: {}, key } as const;
      await system.send(officer, command);
      const entry = system.ledger.entries().find((each) => each.command.key === key);
      return entry?.outcome === 'acknowledged' ? (JSON.parse(entry.given?.text ?? '{}') as Registered) : undefined;
    };
    /** As an officer would: after a crash, 503 is tried again. */
    const acknowledged = async (...command: Parameters<typeof send>): Promise<Registered> => {
      const found = await eventually(
        () => send(...command),
        (registered) => registered !== undefined,
        PATIENCE_MS,
      );
      if (!found) throw new Error('It was never acknowledged.');
      return found;
    };
    const party = { kind: 'ORGANISATION', legalName: 'Weir Paper Ltd' };
    const { partyId } = await acknowledged('/parties', 'party', 'register party', party);
    for (const consumer of FLUSHING) await operate(process, consumer, 'pause');
    const events: [string, string | undefined][] = [];
    for (let time = 0; time < asked.times; time += 1) {
      const body = { caseTypeCode: 'WAT', parties: [{ partyId, role: 'SUBJECT' }] };
      const { publishedEventId } = await acknowledged('/cases', 'case_registry', 'register case', body);
      await system.asAdministrator(async (admin) => {
        const written = await eventually(
          () => effectOf(admin, publishedEventId),
          (ordinal) => ordinal !== undefined,
          PATIENCE_MS,
        );
        events.push([publishedEventId, written]);
        await killBackend(admin);
      });
      await eventually(
        () => officer.get('/cases?limit=1').catch(() => ({ status: 0 })),
        ({ status }) => status === 200,
        PATIENCE_MS,
      );
    }
    for (const consumer of FLUSHING) await operate(process, consumer, 'resume');
    const verdict = await system.check(process);
    await system.asAdministrator(async (admin) => {
      for (const [id, written] of events) if ((await effectOf(admin, id)) !== written) madeAgain += 1;
    });
    return { faults: asked.times, ...verdict };
  });
  return { ...outcome, madeAgain };
}

/** The ordinal of the recorded effect; what is applied again has another one. */
async function effectOf(admin: pg.ClientBase, eventId: string): Promise<string | undefined> {
  const { rows } = await admin.query<{ written: string }>(
    'SELECT written FROM observed.effect WHERE consumer = $1 AND event_id = $2',
    [CONSUMER, eventId],
  );
  return rows[0]?.written;
}

const flushSeldom = async (admin: pg.ClientBase): Promise<void> => {
  await admin.query(`ALTER SYSTEM SET wal_writer_delay = '10s'`);
  await admin.query(`ALTER SYSTEM SET wal_writer_flush_after = '1GB'`);
  await admin.query('SELECT pg_reload_conf()');
};

/** As an operator would: 503, while some connections of before the crash still have to be given up, is tried again. */
async function operate(process: FaultedProcess, consumer: string, how: 'pause' | 'resume'): Promise<void> {
  const reason = { reason: 'Commits are to stay in memory.' };
  await eventually(
    () => process.as('operator_otto').post(`/operations/consumers/${consumer}/${how}`, reason),
    ({ status }) => status === 200,
    PATIENCE_MS,
  );
}
