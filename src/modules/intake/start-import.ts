import { Injectable } from '@nestjs/common';
import type { Answer } from '../../platform/messaging/answer.js';
import type { UnitOfWork } from '../../platform/messaging/unit-of-work.js';
import { Work } from '../../platform/messaging/work.js';
import { ImportJob } from './import-job.js';
import type { PlannedImport, PlannedRow } from './plan-import.js';
import { CARRY_OUT_IMPORT, type ImportToRun } from './run-import.js';

/**
 * Accepts an import: the job and what every row asks for are stored together, before the answer. What is stored is
 * the commands and not the file, so that a resume sends exactly what was sent before, whatever became of the mapping.
 */
@Injectable()
export class StartImport {
  constructor(private readonly work: Work) {}

  run({ mapping, rows }: PlannedImport): Promise<Answer> {
    const refused = rows.filter((row) => 'refused' in row).length;
    return this.work.run((tx) => {
      const job = ImportJob.start(mapping, rows.length, refused, tx.occurredAt);
      const { importId, status, total } = job;
      tx.add(job);
      storeRows(tx, importId, rows);
      const input: ImportToRun = { importId };
      tx.startJob(CARRY_OUT_IMPORT, { key: importId, input, total });
      tx.audit({
        eventType: 'ImportStartedAudit',
        action: 'START_IMPORT',
        subject: { importId },
        subjectVersion: job.version,
        afterState: `RUNNING (${job.counts})`,
      });
      return { status: 202, location: `/imports/${importId}`, body: { importId, status, mapping, total }, of: job };
    });
  }
}

const storeRows = (tx: UnitOfWork, importId: string, rows: readonly PlannedRow[]): void => {
  const plans = rows.map((row) => ('refused' in row ? { reasons: row.refused } : row));
  tx.statement(
    `INSERT INTO import_row (import_id, row_number, line, outcome, reference, party_reference, commands, reasons)
     SELECT $1, row_number, line, CASE WHEN reasons IS NULL THEN 'PENDING' ELSE 'REFUSED' END, reference,
       party_reference, commands, reasons
     FROM unnest($2::int[], $3::int[], $4::text[], $5::text[], $6::jsonb[], $7::jsonb[])
       AS planned (row_number, line, reference, party_reference, commands, reasons)`,
    [
      importId,
      rows.map(({ rowNumber }) => rowNumber),
      rows.map(({ line }) => line),
      plans.map((plan) => ('reasons' in plan ? null : plan.reference)),
      plans.map((plan) => ('reasons' in plan ? null : plan.partyReference)),
      plans.map((plan) => ('reasons' in plan ? null : JSON.stringify(plan.commands))),
      plans.map((plan) => ('reasons' in plan ? JSON.stringify(plan.reasons) : null)),
    ],
  );
};
