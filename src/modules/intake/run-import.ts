import { setTimeout } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { currentCall, withCall } from '../../platform/base/context.js';
import { newId } from '../../platform/base/ids.js';
import { Job, type JobHandler, type RunningJob } from '../../platform/jobs/handlers.js';
import type { UnitOfWork } from '../../platform/messaging/unit-of-work.js';
import { CarryOutRows } from './carry-out-rows.js';
import { idleClaims, wantedClaims } from './claim-references.js';
import { ExternalReferences } from './external-references.js';
import { ImportJobs } from './import-jobs.js';

/** What the job of an import is given: the rest is in Intake's own tables. */
export interface ImportToRun {
  importId: string;
}

/** The job that carries out the rows of an import, in the name of the officer who asked for it. */
export const CARRY_OUT_IMPORT = 'carry-out-import';

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

/** Carries out one import, from wherever it is. */
@Injectable()
@Job({ name: CARRY_OUT_IMPORT })
export class RunImport implements JobHandler<ImportToRun> {
  constructor(
    private readonly jobs: ImportJobs,
    private readonly references: ExternalReferences,
    private readonly carryOut: CarryOutRows,
  ) {}

  async run({ importId }: ImportToRun, job: RunningJob): Promise<void> {
    const { signal } = job;
    if (!(await this.jobs.running(importId))) return;
    let after = 0;
    for (let idle = 0; !signal.aborted;) {
      const step = await asOneCommand(() => this.step(importId, job, after));
      if (step === 'ENDED') return;
      ({ after } = step);
      idle = step.gotOn ? 0 : idle + 1;
      if (idle > 0) await pause(idle, signal);
    }
  }

  ended({ importId }: ImportToRun, _: string, tx: UnitOfWork): Promise<void> {
    return this.jobs.giveUp(importId, tx);
  }

  /** Takes the next rows as far as they can go. A job without rows that wait has ended. */
  private async step(importId: string, job: RunningJob, after: number): Promise<Step | 'ENDED'> {
    const next = await this.jobs.pendingRows(importId, after, ROWS_AT_A_TIME);
    // At the end of the file, those that had to wait have another turn.
    const rows = next.length > 0 || after === 0 ? next : await this.jobs.pendingRows(importId, 0, ROWS_AT_A_TIME);
    const last = rows.at(-1);
    if (!last) {
      await this.jobs.finish(importId, job);
      return 'ENDED';
    }
    let known = await this.references.of(rows);
    const wanted = wantedClaims(rows, known);
    if (wanted.length > 0) {
      await this.jobs.claim(importId, job, wanted);
      known = await this.references.of(rows);
    }
    const { results, settled } = await this.carryOut.run(rows, known, job.signal);
    const released = idleClaims(rows, known, results);
    const changed = results.filter(
      ({ outcome, attempts }, index) => outcome !== 'PENDING' || attempts !== rows[index]?.attempts,
    );
    if (changed.length + settled.length + released.length > 0) {
      const report = await this.jobs.record(importId, job, { results: changed, settled, released });
      await job.progress(report.settled, report.total);
    }
    const gotOn = settled.length > 0 || changed.some(({ outcome }) => outcome !== 'PENDING');
    return { after: last.rowNumber, gotOn };
  }
}

/** Each step is a command of its own, which the one that asked for the import has led to. */
const asOneCommand = <T>(step: () => Promise<T>): Promise<T> =>
  withCall({ ...currentCall(), commandId: newId('cmd') }, step);

const pause = async (idle: number, signal: AbortSignal): Promise<void> => {
  const milliseconds = Math.min(LONGEST_PAUSE_MS, SHORTEST_PAUSE_MS * 2 ** Math.min(idle, 10));
  await setTimeout(milliseconds, undefined, { signal }).catch(() => undefined);
};
