import type { Work } from '../../../src/platform/messaging/work.js';
import { eventually } from '../eventually.js';
import { asOfficer } from './caller.js';
import type { ProbeDatabase } from './probe-database.js';

export interface JobRow {
  status: string;
  attempts: number;
  last_error: string | null;
  holder: string | null;
  epoch: string;
  done: string | null;
  total: string | null;
}

interface HowToStart {
  key?: string;
  name?: string;
  /** Decides against it when everything is staged. */
  refuse?: boolean;
}

/** Starts a job that makes so many gadgets. @returns its id */
export async function startGadgets(
  work: Work,
  prefix: string,
  count: number,
  { key, name = 'make-gadgets', refuse = false }: HowToStart = {},
): Promise<string> {
  const answer = await asOfficer(() =>
    work.run((tx) => {
      const input = { prefix, count };
      const jobId = tx.startJob(name, { input, ...(key !== undefined && { key }), reason: 'a test wants it' });
      tx.audit({ eventType: 'GadgetsWantedAudit', action: 'WANT_GADGETS', subject: { jobId } });
      if (refuse) throw new Error('refused');
      return { status: 202, body: { jobId } };
    }),
  );
  return (JSON.parse(answer.body) as { jobId: string }).jobId;
}

export async function jobRow(database: ProbeDatabase, jobId: string): Promise<JobRow> {
  const [row] = await database.sql<JobRow>('SELECT * FROM probe.job WHERE job_id = $1', [jobId]);
  if (!row) throw new Error(`There is no job ${jobId}.`);
  return row;
}

/** Waits until a job has ended, however. */
export const ended = (database: ProbeDatabase, jobId: string): Promise<JobRow> =>
  eventually(
    () => jobRow(database, jobId),
    ({ status }) => ['COMPLETED', 'FAILED', 'CANCELLED'].includes(status),
  );
