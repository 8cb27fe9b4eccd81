import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock.js';
import { ModuleDatabase } from '../../platform/database/module-database.js';
import type { UnitOfWork } from '../../platform/messaging/unit-of-work.js';
import { Work } from '../../platform/messaging/work.js';
import { stageClaims, stageReleased, stageSettled, type WantedClaim } from './claim-references.js';
import type { ExternalReference } from './external-references.js';
import { type AskedBy, ImportJob } from './import-job.js';
import type { PendingRow, RowResult } from './import-row.js';

/** A job that a process may take. */
export interface FreeJob {
  importId: string;
  askedBy: AskedBy;
}

/** What a batch of rows led to. */
export interface BatchOutcome {
  results: readonly RowResult[];
  /** References that an owner's answer settled. */
  settled: readonly ExternalReference[];
  released: readonly ExternalReference[];
}

/** How this process takes, carries on and ends import jobs. Every write is refused once another holds the job. */
@Injectable()
export class ImportJobs {
  private readonly holder = randomUUID();

  constructor(
    private readonly work: Work,
    private readonly database: ModuleDatabase,
    private readonly clock: Clock,
  ) {}

  /** The oldest jobs that nobody works on; with `evenIfHeld` also those that someone seems to hold. */
  free(evenIfHeld: boolean, except: readonly string[], limit: number): Promise<FreeJob[]> {
    return this.database.query<FreeJob>({
      name: 'free_imports',
      text: `SELECT import_id AS "importId", asked_by AS "askedBy" FROM import_job
             WHERE status = 'RUNNING' AND (held_until IS NULL OR held_until <= $1 OR $2) AND import_id <> ALL ($3)
             ORDER BY import_id LIMIT $4`,
      values: [this.clock.now(), evenIfHeld, except, limit],
    });
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

  /** @throws JobTakenOver when another was faster */
  async take(importId: string, evenIfHeld: boolean): Promise<void> {
    await this.change(importId, 'ImportTakenAudit', 'TAKE_IMPORT', (job, tx) => {
      job.take(this.holder, tx.occurredAt, evenIfHeld);
    });
  }

  /** Claims what is still free of these references; reading them again tells who got which. */
  async claim(importId: string, claims: readonly WantedClaim[]): Promise<void> {
    await this.change(importId, 'ImportReferencesClaimedAudit', 'CLAIM_IMPORT_REFERENCES', (job, tx) => {
      job.keep(this.holder, tx.occurredAt);
      stageClaims(tx, importId, claims);
    });
  }

  /** One record for a batch of rows: what became of them, of their references, and the job's counts. */
  async record(importId: string, { results, settled, released }: BatchOutcome): Promise<void> {
    await this.change(importId, 'ImportRowsRecordedAudit', 'RECORD_IMPORT_ROWS', (job, tx) => {
      job.keep(this.holder, tx.occurredAt);
      job.count(results.flatMap(({ outcome }) => (outcome === 'PENDING' ? [] : [outcome])));
      stageResults(tx, importId, results);
      if (settled.length > 0) stageSettled(tx, importId, settled);
      if (released.length > 0) stageReleased(tx, importId, released);
    });
  }

  async finish(importId: string): Promise<void> {
    await this.change(importId, 'ImportCompletedAudit', 'COMPLETE_IMPORT', async (job, tx) => {
      job.keep(this.holder, tx.occurredAt);
      const [found] = await tx.query<{ withoutRights: boolean }>({
        name: 'import_without_rights',
        text: `SELECT EXISTS (SELECT 1 FROM import_row
                 WHERE import_id = $1 AND outcome = 'REFUSED' AND reasons @> '[{"code": "FORBIDDEN"}]') AS "withoutRights"`,
        values: [importId],
      });
      job.finish(found?.withoutRights === true, tx.occurredAt);
    });
  }

  /** Gives the job back, for whoever starts next. */
  async release(importId: string): Promise<void> {
    await this.change(importId, 'ImportReleasedAudit', 'RELEASE_IMPORT', (job, tx) => {
      job.keep(this.holder, tx.occurredAt);
      job.release();
    });
  }

  private async change(
    importId: string,
    eventType: string,
    action: string,
    stage: (job: ImportJob, tx: UnitOfWork) => Promise<void> | void,
  ): Promise<void> {
    await this.work.run(async (tx) => {
      const job = await tx.load(ImportJob, importId);
      await stage(job, tx);
      tx.change(job);
      const { version, status, counts } = job;
      const afterState = `${status} (${counts})`;
      tx.audit({ eventType, action, subject: { importId }, subjectVersion: version, afterState });
      return { body: {} };
    });
  }
}

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
