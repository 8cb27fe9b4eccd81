import { withCall } from '../../base/context.js';
import { systemCall } from '../../jobs/job-runner.js';
import { BEGINNING } from '../../messaging/log-reader.js';
import type { Registration } from '../../messaging/delivery.js';
import { slotOf } from '../../messaging/projection-slot.js';
import { Refusal } from '../../base/refusal.js';
import { REBUILD_PROJECTION } from '../../ownership/declared-jobs.js';
import type { RebuildInput } from './rebuild-input.js';

/**
 * Has every projection rebuilt whose rows were made by another declared version than this code's, once however many
 * processes start. Before delivery starts: of what has read nothing yet, nothing need be made anew.
 */
export async function rebuildChanged(registrations: readonly Registration[]): Promise<void> {
  for (const registration of registrations.filter(({ kind }) => kind === 'projection')) {
    const { database, name, options } = registration;
    const version = database.declaration.projections[options.name]?.version;
    const stored = await slotOf(database, name);
    if (!stored || version === undefined || stored.version === version) continue;
    if (await noteWhereNothingWasRead(registration, version)) continue;
    await start(registration, `its version is ${version}, its rows are of version ${stored.version}`);
  }
}

async function noteWhereNothingWasRead({ database, name, options }: Registration, version: number): Promise<boolean> {
  const noted = await database.query({
    text: `UPDATE projection_slot SET version = $2 WHERE projection = $1 AND NOT EXISTS (
             SELECT 1 FROM consumer_offset WHERE consumer_name = $3 AND (snapshot <> $4 OR until_snapshot IS NOT NULL))
           RETURNING 1`,
    values: [options.name, version, name, BEGINNING.snapshot],
  });
  return noted.length === 1;
}

/** Another process may have started it before. */
async function start({ database, work, options }: Registration, reason: string): Promise<void> {
  const input: RebuildInput = { projection: options.name };
  const call = systemCall(`${database.declaration.module}.${REBUILD_PROJECTION}`);
  await withCall(call, () =>
    work.run((tx) => {
      const jobId = tx.startJob(REBUILD_PROJECTION, { key: options.name, input, reason });
      tx.audit({
        eventType: 'ProjectionRebuildStartedAudit',
        action: 'REBUILD_PROJECTION',
        subject: { projection: options.name, jobId },
        afterState: 'RUNNING',
      });
      return { body: { jobId } };
    }),
  ).catch((error: unknown) => {
    if (!(error instanceof Refusal) || error.errorCode !== 'JOB_ALREADY_RUNNING') throw error;
  });
}
