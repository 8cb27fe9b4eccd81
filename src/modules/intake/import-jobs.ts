import { Injectable } from '@nestjs/common';
import { ModuleDatabase } from '../../platform/database/module-database.js';
import type { RunningJob } from '../../platform/jobs/handlers.js';
import type { UnitOfWork } from '../../platform/messaging/unit-of-work.js';
import { Work } from '../../platform/messaging/work.js';
import { stageClaims, stageReleased, stageReleasedAll, stageSettled, type WantedClaim } from './claim-references.js';
import type { ExternalReference } from './external-references.js';
import { ImportJob } from './import-job.js';
import type { PendingRow, RowResult } from './import-row.js';
import { IMPORT_ENDED } from './row-refusals.js';

/** What a batch of rows led to. */
export interface BatchOutcome {
  results: readonly RowResult[];
  /** References that an owner's answer settled. */
  settled: readonly ExternalReference[];
  released: readonly ExternalReference[];
}

/** How import jobs are carried on and ended. Every write is refused once another process, or nobody, holds the job. */
@Injectable()
export class ImportJobs {
  constructor(
    private readonly work: Work,
    private readonly database: ModuleDatabase,
  ) {}

  /** @returns nothing once it has ended */
  async running(importId: string): Promise<ImportJob | undefined> {
    const [job] = await this.database.find(ImportJob, { importId });
    return job?.status === 'RUNNING' ? job : undefined;
  }

  pendingRows(importId: string, after: number, limit: number): Promise<PendingRow[]> {
    return this.database.query<PendingRow>({
      name: 'pending_import_rows',
      text: `SELECT import_id AS "importId", row_number AS "rowNumber", reference, party_reference AS "partyReference",
               commands, attempts
             FROM import_row WHERE import_id = $1 AND row_number > $2 AND outcome = 'PENDING'
             ORDER BY row_number LIMIT $3`,
      values: [importId, after, limit],
    });
  }

  /** Claims what is still free of these references; reading them again tells who got which. */
  async claim(importId: string, holding: RunningJob, claims: readonly WantedClaim[]): Promise<void> {
    await this.change(importId, holding, 'ImportReferencesClaimedAudit', 'CLAIM_IMPORT_REFERENCES', (_, tx) => {
      stageClaims(tx, importId, claims);
    });
  }

  /** One record for a batch of rows: what became of them, of their references, and the job's counts. */
  async record(
    importId: string,
    holding: RunningJob,
    { results, settled, released }: BatchOutcome,
  ): Promise<ImportJob> {
    return this.change(importId, holding, 'ImportRowsRecordedAudit', 'RECORD_IMPORT_ROWS', (job, tx) => {
      job.count(results.flatMap(({ outcome }) => (outcome === 'PENDING' ? [] : [outcome])));
      stageResults(tx, importId, results);
      if (settled.length > 0) stageSettled(tx, importId, settled);
      if (released.length > 0) stageReleased(tx, importId, released);
    });
  }

  async finish(importId: string, holding: RunningJob): Promise<void> {
    await this.change(importId, holding, 'ImportCompletedAudit', 'COMPLETE_IMPORT', async (job, tx) => {
      const [found] = await tx.query<{ withoutRights: boolean }>({
        name: 'import_without_rights',
        text: `SELECT EXISTS (SELECT 1 FROM import_row
                 WHERE import_id = $1 AND outcome = 'REFUSED' AND reasons @> '[{"code": "FORBIDDEN"}]') AS "withoutRights"`,
        values: [importId],
      });
      job.finish(found?.withoutRights === true, tx.occurredAt);
    });
  }

  /** Ends the import with the job that carried it out: what has no outcome will get none. */
  async giveUp(importId: string, tx: UnitOfWork): Promise<void> {
    const job = await tx.load(ImportJob, importId);
    if (job.status !== 'RUNNING') return;
    const [found] = await tx.query<{ pending: number }>({
      text: `SELECT count(*)::int AS pending FROM import_row WHERE import_id = $1 AND outcome = 'PENDING'`,
      values: [importId],
    });
    job.giveUp(found?.pending ?? 0, tx.occurredAt);
    tx.statement(
      `UPDATE import_row SET outcome = 'REFUSED', commands = NULL, reasons = $2
       WHERE import_id = $1 AND outcome = 'PENDING'`,
      [importId, JSON.stringify([IMPORT_ENDED])],
    );
    stageReleasedAll(tx, importId);
    stageChange(tx, job, 'ImportGivenUpAudit', 'GIVE_UP_IMPORT');
  }

  private async change(
    importId: string,
    holding: RunningJob,
    eventType: string,
    action: string,
    stage: (job: ImportJob, tx: UnitOfWork) => Promise<void> | void,
  ): Promise<ImportJob> {
    let changed!: ImportJob;
    await this.work.run(async (tx) => {
      changed = await tx.load(ImportJob, importId);
      holding.fence(tx);
      await stage(changed, tx);
      stageChange(tx, changed, eventType, action);
      return { body: {} };
    });
    return changed;
  }
}

const stageChange = (tx: UnitOfWork, job: ImportJob, eventType: string, action: string): void => {
  job.version += 1;
  tx.change(job);
  const { importId, version, status, counts } = job;
  const afterState = `${status} (${counts})`;
  tx.audit({ eventType, action, subject: { importId }, subjectVersion: version, afterState });
};

/** What was asked for is forgotten with the outcome: the narrative is the case owner's from then on. */
const stageResults = (tx: UnitOfWork, importId: string, results: readonly RowResult[]): void => {
  const created = results.map((result) => ('caseId' in result ? result : undefined));
  tx.statement(
    `UPDATE import_row AS stored
     SET outcome = result.outcome, attempts = result.attempts, case_id = result.case_id,
       case_number = result.case_number, party_id = result.party_id, reasons = result.reasons,
       commands = CASE WHEN result.outcome = 'PENDING' THEN stored.commands END
     FROM unnest($2::int[], $3::text[], $4::int[], $5::text[], $6::text[], $7::text[], $8::jsonb[])
       AS result (row_number, outcome, attempts, case_id, case_number, party_id, reasons)
     WHERE stored.import_id = $1 AND stored.row_number = result.row_number AND stored.outcome = 'PENDING'`,
    [
      importId,
      results.map(({ rowNumber }) => rowNumber),
      results.map(({ outcome }) => outcome),
      results.map(({ attempts }) => attempts),
      created.map((result) => result?.caseId ?? null),
      created.map((result) => result?.caseNumber ?? null),
      created.map((result) => result?.partyId ?? null),
      results.map((result) => ('reasons' in result ? JSON.stringify(result.reasons) : null)),
    ],
  );
};
