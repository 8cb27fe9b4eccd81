import { Shared } from '../base/shared.js';
import { Kernel } from './kernel.js';
import type { Answer } from '../messaging/answer.js';
import type { Registration } from '../messaging/delivery.js';
import type { ProjectionHandler } from '../messaging/handlers.js';
import { REBUILD_PROJECTION } from '../ownership/declared-jobs.js';
import type { RebuildInput } from '../projections/rebuild/rebuild-input.js';

/** Why a rebuild is not begun. */
export class NotRebuilt extends Error {
  constructor(
    readonly why: 'UNKNOWN' | 'AMBIGUOUS' | 'REFUSED' | 'NO_KEYS',
    /** The projections that are meant, or may be. */
    readonly names: readonly string[],
  ) {
    super(`No rebuild (${why}) of ${names.join(', ')}.`);
  }
}

/** Lets those who run the system have projections made anew, whichever module they belong to. */
@Shared()
export class RebuildControl {
  constructor(private readonly kernel: Kernel) {}

  /**
   * Starts the job in the module that owns the projection, which commits it together with the audit event.
   * @param name `<module>.<name>`, or the name alone where only one module has it
   * @throws NotRebuilt; Refusal JOB_ALREADY_RUNNING when it is being rebuilt
   */
  start(name: string, key: string | undefined, reason: string): Promise<Answer> {
    const { name: consumer, database, options, work, handler } = this.find(name);
    const projection = options.name;
    const declared = database.declaration.projections[projection];
    if (!declared || declared.rebuild === 'refused') throw new NotRebuilt('REFUSED', [consumer]);
    if (key !== undefined && !(handler as ProjectionHandler).forget) throw new NotRebuilt('NO_KEYS', [consumer]);
    const input: RebuildInput = { projection, ...(key !== undefined && { key }) };
    return work.answering(() =>
      work.run((tx) => {
        const jobId = tx.startJob(REBUILD_PROJECTION, {
          key: [projection, key].filter(Boolean).join(' '),
          input,
          reason,
        });
        tx.audit({
          eventType: 'ProjectionRebuildStartedAudit',
          action: 'REBUILD_PROJECTION',
          subject: { projection: consumer, jobId },
          afterState: 'RUNNING',
          reasonCode: reason,
        });
        const location = `/operations/jobs/${jobId}`;
        return { status: 202, location, body: { jobId, projection: consumer, status: 'RUNNING' } };
      }),
    );
  }

  private find(name: string): Registration {
    const projections = [...this.kernel.delivery.consumers.values()]
      .map(({ registration }) => registration)
      .filter(({ kind }) => kind === 'projection');
    const found = projections.filter((each) => each.name === name || each.options.name === name);
    const [only] = found;
    if (!only) throw new NotRebuilt('UNKNOWN', [name]);
    if (found.length > 1) throw new NotRebuilt('AMBIGUOUS', found.map((each) => each.name).sort());
    return only;
  }
}
