import { Injectable } from '@nestjs/common';
import { IsIn, IsOptional } from 'class-validator';
import { ModuleDatabase } from '../../platform/database/module-database.js';
import { cursorOf, pageOf, PageQuery, rowsToRead } from '../../platform/http/page.js';
import type { Redacted } from '../../platform/policy/redacted.js';
import { type InvalidParam, invalid, refuse } from '../../platform/base/refusal.js';
import { ImportJob, type SettledOutcome } from './import-job.js';
import { VisibleCases } from './visible-cases.js';

const OUTCOMES: readonly SettledOutcome[] = ['CREATED', 'EXISTING', 'REFUSED'];

export class ImportRowQuery extends PageQuery {
  /** Rows with this outcome alone. */
  @IsOptional()
  @IsIn(OUTCOMES)
  outcome?: SettledOutcome;
}

/** What became of a row. Holds no cell of it: neither a name nor a narrative. */
export interface ImportedRow {
  rowNumber: number;
  /** On which it begins in the file. */
  line: number;
  outcome: SettledOutcome;
  caseId?: string | null;
  caseNumber?: string | null;
  partyId?: string | null;
  reasons?: InvalidParam[];
}

type ShownRow = ImportedRow & Redacted<(typeof OF_CASE)[number]>;
const OF_CASE = ['caseId', 'caseNumber', 'partyId'] as const;

export type ReadJob = Pick<
  ImportJob,
  'importId' | 'status' | 'mapping' | 'total' | 'created' | 'existing' | 'refused'
> &
  Pick<ImportJob, 'startedAt' | 'finishedAt' | 'version'> & { rows: ShownRow[]; nextCursor: string | null };

/** How an import stands, and what became of its rows so far. */
@Injectable()
export class ReadImport {
  constructor(
    private readonly database: ModuleDatabase,
    private readonly cases: VisibleCases,
  ) {}

  /**
   * Rows come in the order of the file, settled ones alone: while the job runs, one that waited may still appear
   * before the cursor. Which case a row led to is withheld from whoever may not see it now.
   * @throws NOT_FOUND; OWNER_UNAVAILABLE
   */
  async one(importId: string, query: ImportRowQuery): Promise<ReadJob> {
    const after = afterOf(query);
    const [job] = await this.database.find(ImportJob, { importId });
    if (!job) throw refuse.NOT_FOUND();
    const rows = await this.database.query<ImportedRow>({
      name: 'imported_rows',
      text: `SELECT row_number AS "rowNumber", line, outcome, case_id AS "caseId", case_number AS "caseNumber",
               party_id AS "partyId", reasons
             FROM import_row WHERE import_id = $1 AND row_number > $2 AND outcome = ANY ($3)
             ORDER BY row_number LIMIT $4`,
      values: [importId, after, query.outcome ? [query.outcome] : OUTCOMES, rowsToRead(query)],
    });
    const page = pageOf(rows, query, ({ rowNumber }) => [String(rowNumber)]);
    const { status, mapping, total, created, existing, refused, startedAt, finishedAt, version } = job;
    const counts = { total, created, existing, refused };
    const visible = await this.cases.among(page.data.flatMap(({ caseId }) => caseId ?? []));
    const shown = { rows: page.data.map((row) => shownRow(row, visible)), nextCursor: page.nextCursor };
    return { importId, status, mapping, ...counts, ...shown, startedAt, finishedAt, version };
  }
}

function shownRow(row: ImportedRow, visible: ReadonlySet<string>): ShownRow {
  const { caseId } = row;
  const stated = Object.fromEntries(
    Object.entries(row).filter(([, value]) => value !== null),
  ) as unknown as ImportedRow;
  if (!caseId || visible.has(caseId)) return stated;
  return { ...stated, caseId: null, caseNumber: null, partyId: null, redacted: [...OF_CASE] };
}

const afterOf = (query: PageQuery): number => {
  const [after = '0'] = cursorOf(query, 1) ?? [];
  if (!/^\d{1,9}$/.test(after))
    throw invalid({ name: 'cursor', code: 'CURSOR', reason: 'Use nextCursor of the page before, unchanged.' });
  return Number(after);
};
