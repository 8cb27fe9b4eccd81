import { randomUUID } from 'node:crypto';
import { Shared } from '../base/shared.js';
import { ArchiveError } from '../archive/archive-file.js';
import { Clock } from '../base/clock.js';
import { Job, type JobHandler, type RunningJob } from '../jobs/handlers.js';
import { JobImpossible, JobLost } from '../messaging/job-lost.js';
import { Kernel } from './kernel.js';
import type { UnitOfWork } from '../messaging/unit-of-work.js';
import { DeliveryMetrics } from '../telemetry/metrics.js';
import { Rebuild } from '../projections/rebuild/rebuild.js';
import { KeyRebuild } from '../projections/rebuild/rebuild-key.js';
import { REBUILD_PROJECTION } from '../ownership/declared-jobs.js';
import type { RebuildInput } from '../projections/rebuild/rebuild-input.js';
import { replayOf } from '../projections/rebuild/rebuild-slots.js';

/** Makes the rows of a projection anew, as a whole or of one key, in the module that owns it. */
@Shared()
@Job({ name: REBUILD_PROJECTION })
export class RebuildProjection implements JobHandler<RebuildInput> {
  private readonly holder = randomUUID();

  constructor(
    private readonly kernel: Kernel,
    private readonly clock: Clock,
    private readonly metrics: DeliveryMetrics,
  ) {}

  async run({ projection, key }: RebuildInput, job: RunningJob): Promise<void> {
    const { kernel, clock, metrics, holder } = this;
    const { delivery } = kernel;
    const registration = delivery.consumers.get(`${job.module}.${projection}`)?.registration;
    // Another version of the code asked for it, and carries it out.
    if (!registration) throw new JobLost();
    const archive = kernel.archive;
    const rebuild =
      key === undefined
        ? new Rebuild({ registration, delivery, archive, clock, metrics, holder }, job)
        : new KeyRebuild({ registration, reader: delivery.reader, archive, clock }, key, job);
    await rebuild.run().catch((error: unknown) => {
      throw error instanceof ArchiveError ? new JobImpossible(error.message, { cause: error }) : error;
    });
  }

  /** Readers keep the rows that they have. What the other slot holds is emptied by the next rebuild. */
  ended({ projection, key }: RebuildInput, _: 'FAILED' | 'CANCELLED', tx: UnitOfWork): Promise<void> {
    if (key !== undefined) return Promise.resolve();
    tx.statement('UPDATE projection_slot SET rebuild_job = NULL, rebuild_version = NULL WHERE projection = $1', [
      projection,
    ]);
    for (const table of ['consumer_offset', 'inbox_event'])
      tx.statement(`DELETE FROM ${table} WHERE consumer_name LIKE '%.' || $1`, [replayOf(projection)]);
    return Promise.resolve();
  }
}
