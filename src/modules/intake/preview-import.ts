import { Injectable } from '@nestjs/common';
import type { InvalidParam } from '../../platform/base/refusal.js';
import { ExternalReferences } from './external-references.js';
import type { SettledOutcome } from './import-job.js';
import type { PlannedImport } from './plan-import.js';

/** What an import would do to a row. */
interface PreviewedRow {
  rowNumber: number;
  line: number;
  outcome: SettledOutcome;
  /** Of a case that exists; absent when an earlier row of the same file would create it. */
  caseId?: string;
  caseNumber?: string;
  reasons?: InvalidParam[];
}

/** What an import would do, had it been one. */
export interface ImportPreview {
  dryRun: true;
  mapping: string;
  total: number;
  created: number;
  existing: number;
  refused: number;
  rows: PreviewedRow[];
}

@Injectable()
export class PreviewImport {
  constructor(private readonly references: ExternalReferences) {}

  /** Changes nothing. What owners would refuse beyond the rules of their contracts is known once commands are sent. */
  async run({ mapping, rows: planned }: PlannedImport): Promise<ImportPreview> {
    const known = await this.references.of(planned.filter((row) => 'reference' in row));
    const seen = new Set<string>();
    const rows = planned.map((row): PreviewedRow => {
      const { rowNumber, line } = row;
      if ('refused' in row) return { rowNumber, line, outcome: 'REFUSED', reasons: row.refused };
      const { subjectId: caseId, caseNumber } = known.caseOf(row) ?? {};
      if (caseId && caseNumber) return { rowNumber, line, outcome: 'EXISTING', caseId, caseNumber };
      const isRepeat = seen.has(row.reference);
      seen.add(row.reference);
      return { rowNumber, line, outcome: isRepeat ? 'EXISTING' : 'CREATED' };
    });
    const count = (outcome: SettledOutcome): number => rows.filter((row) => row.outcome === outcome).length;
    return {
      dryRun: true,
      mapping,
      total: rows.length,
      created: count('CREATED'),
      existing: count('EXISTING'),
      refused: count('REFUSED'),
      rows,
    };
  }
}
