import { Injectable } from '@nestjs/common';
import type { InvalidParam } from '../../platform/base/refusal.js';
import type { Redacted } from '../../platform/policy/redacted.js';
import { ExternalReferences } from './external-references.js';
import type { SettledOutcome } from './import-job.js';
import type { PlannedImport } from './plan-import.js';
import { VisibleCases } from './visible-cases.js';

/** What an import would do to a row. */
interface PreviewedRow extends Redacted<'caseId' | 'caseNumber'> {
  rowNumber: number;
  line: number;
  outcome: SettledOutcome;
  /** Of a case that exists; absent when an earlier row of the same file would create it. */
  caseId?: string | null;
  caseNumber?: string | null;
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

const WITHHELD: Partial<PreviewedRow> = { caseId: null, caseNumber: null, redacted: ['caseId', 'caseNumber'] };

@Injectable()
export class PreviewImport {
  constructor(
    private readonly references: ExternalReferences,
    private readonly cases: VisibleCases,
  ) {}

  /** Changes nothing. A case that the caller may not see is withheld. What owners would refuse beyond the rules of their contracts is known once commands are sent. */
  async run({ mapping, rows: planned }: PlannedImport): Promise<ImportPreview> {
    const known = await this.references.of(planned.filter((row) => 'reference' in row));
    const existing = planned.flatMap((row) => ('reference' in row ? (known.caseOf(row)?.subjectId ?? []) : []));
    const visible = await this.cases.among(existing);
    const seen = new Set<string>();
    const rows = planned.map((row): PreviewedRow => {
      const { rowNumber, line } = row;
      if ('refused' in row) return { rowNumber, line, outcome: 'REFUSED', reasons: row.refused };
      const { subjectId: caseId, caseNumber } = known.caseOf(row) ?? {};
      if (caseId && caseNumber) {
        const shown = visible.has(caseId) ? { caseId, caseNumber } : WITHHELD;
        return { rowNumber, line, outcome: 'EXISTING', ...shown };
      }
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
