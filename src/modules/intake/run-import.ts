import { setTimeout } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { withCall } from '../../platform/context.js';
import { newId } from '../../platform/ids.js';
import { Log } from '../../platform/telemetry/log.js';
import { CarryOutRows } from './carry-out-rows.js';
import { idleClaims, wantedClaims } from './claim-references.js';
import { ExternalReferences } from './external-references.js';
import { type AskedBy, JobTakenOver } from './import-job.js';
import { type FreeJob, ImportJobs } from './import-jobs.js';

/** Rows between two records: progress is seen as often, and a crash has as many to tell again. */
const ROWS_AT_A_TIME = 64;
const SHORTEST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 5_000;

interface Step {
  /** The row after which to go on. */
  after: number;
  /** Whether a row came to an end, or an owner answered. */
  gotOn: boolean;
}

/** Carries out one job, from wherever it stands. */
@Injectable()
export class RunImport {
  constructor(
    private readonly jobs: ImportJobs,
    private readonly references: ExternalReferences,
    private readonly carryOut: CarryOutRows,
    private readonly log: Log,
  ) {}

  /** Resolves when the job has ended, another process has it, or the signal says stop; then it is given back. */
  async run({ importId, askedBy }: FreeJob, evenIfHeld: boolean, stop: AbortSignal): Promise<void> {
    const inItsName = <T>(work: () => Promise<T>): Promise<T> => withCall(callOf(askedBy), work);
    try {
      await inItsName(() => this.jobs.take(importId, evenIfHeld));
      let after = 0;
      for (let idle = 0; !stop.aborted;) {
        const step = await inItsName(() => this.step(importId, after, stop)).catch(this.trouble);
        if (step === 'ENDED') return;
        if (step) ({ after } = step);
        idle = step?.gotOn ? 0 : idle + 1;
        if (idle > 0) await pause(idle, stop);
      }
      await inItsName(() => this.jobs.release(importId));
    } catch (error) {
      if (!(error instanceof JobTakenOver)) this.log.fault('An import could not be carried on.', error as Error);
    }
  }

  /** Takes the next rows as far as they can go. A job without rows that wait has ended. */
  private async step(importId: string, after: number, stop: AbortSignal): Promise<Step | 'ENDED'> {
    const next = await this.jobs.pendingRows(importId, after, ROWS_AT_A_TIME);
    // At the end of the file, those that had to wait have another turn.
    const rows = next.length > 0 || after === 0 ? next : await this.jobs.pendingRows(importId, 0, ROWS_AT_A_TIME);
    const last = rows.at(-1);
    if (!last) {
      await this.jobs.finish(importId);
      return 'ENDED';
    }
    let known = await this.references.of(rows);
    const wanted = wantedClaims(rows, known);
    if (wanted.length > 0) {
      await this.jobs.claim(importId, wanted);
      known = await this.references.of(rows);
    }
    const { results, settled } = await this.carryOut.run(rows, known, stop);
    const released = idleClaims(rows, known, results);
    const changed = results.filter(
      ({ outcome, attempts }, index) => outcome !== 'PENDING' || attempts !== rows[index]?.attempts,
    );
    if (changed.length + settled.length + released.length > 0)
      await this.jobs.record(importId, { results: changed, settled, released });
    const gotOn = settled.length > 0 || changed.some(({ outcome }) => outcome !== 'PENDING');
    return { after: last.rowNumber, gotOn };
  }

  /** The database may be away for a while; the job is not given up for it. */
  private readonly trouble = (error: unknown): undefined => {
    if (error instanceof JobTakenOver) throw error;
    this.log.fault('An import has trouble and will be tried again.', error as Error);
  };
}

const callOf = (askedBy: AskedBy): AskedBy => ({
  ...askedBy,
  commandId: newId('cmd'),
  causationId: askedBy.commandId,
});

const pause = async (idle: number, signal: AbortSignal): Promise<void> => {
  const milliseconds = Math.min(LONGEST_PAUSE_MS, SHORTEST_PAUSE_MS * 2 ** Math.min(idle, 10));
  await setTimeout(milliseconds, undefined, { signal }).catch(() => undefined);
};
