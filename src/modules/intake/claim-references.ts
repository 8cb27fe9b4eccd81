import type { UnitOfWork } from '../../platform/messaging/unit-of-work.js';
import type { ExternalReference, KnownReferences, Subject } from './external-references.js';
import { hasClaimed, type PendingRow, type RowResult } from './import-row.js';

/** A reference that a row wants to claim. */
export interface WantedClaim {
  subject: Subject;
  reference: string;
  rowNumber: number;
}

/**
 * What these rows must claim before anything is sent to an owner. A reference is claimed by one row of one job, in the
 * database, so that two imports of one file, in two processes, make one case of a row. A claim never changes hands:
 * a job whose process died goes on elsewhere, with the same claims. A row that waits for another's case claims no
 * party, so that nobody waits for it. A case that is there already may still lack its allegation: it was refused, or
 * the mapping of that time knew of none.
 */
export const wantedClaims = (rows: readonly PendingRow[], known: KnownReferences): WantedClaim[] => {
  const wanted = new Map<string, WantedClaim>();
  const want = (subject: Subject, reference: string, rowNumber: number): boolean => {
    const key = `${subject} ${reference}`;
    if (wanted.has(key)) return false;
    wanted.set(key, { subject, reference, rowNumber });
    return true;
  };
  for (const row of rows) {
    const { reference, partyReference, rowNumber, commands } = row;
    const claim = known.caseOf(row);
    const mayTell = claim ? hasClaimed(row, claim) : want('CASE', reference, rowNumber);
    if (mayTell && !known.partyOf(row)) want('PARTY', partyReference, rowNumber);
    const isThere = Boolean(claim?.subjectId && known.partyOf(row)?.subjectId);
    if (commands.allegation && (mayTell || isThere) && !known.allegationOf(row))
      want('ALLEGATION', reference, rowNumber);
  }
  return [...wanted.values()];
};

/** Claims of these rows that came to nothing; others may then make them. Rows to be tried again keep theirs. */
export const idleClaims = (
  rows: readonly PendingRow[],
  known: KnownReferences,
  results: readonly RowResult[],
): ExternalReference[] => {
  const trying = new Set(results.filter(({ outcome }) => outcome === 'PENDING').map(({ rowNumber }) => rowNumber));
  return rows.flatMap((row) => {
    const all = [known.caseOf(row), known.partyOf(row), known.allegationOf(row)];
    const own = all.filter((claim) => claim !== undefined && hasClaimed(row, claim)) as ExternalReference[];
    const keeps = trying.has(row.rowNumber) && own.some(({ subject }) => subject !== 'PARTY');
    return keeps ? [] : own;
  });
};

/** In order of reference: imports that claim the same ones wait for each other instead of blocking each other. */
export const stageClaims = (tx: UnitOfWork, importId: string, claims: readonly WantedClaim[]): void => {
  tx.statement(
    `INSERT INTO external_reference (subject, reference, import_id, row_number, claimed_at)
     SELECT subject, reference, $1, row_number, $2
     FROM unnest($3::text[], $4::text[], $5::int[]) AS wanted (subject, reference, row_number)
     ORDER BY subject, reference
     ON CONFLICT DO NOTHING`,
    [importId, tx.occurredAt, ...columnsOf(claims), claims.map(({ rowNumber }) => rowNumber)],
  );
};

/** Writes down what the owners answered. From here on it is known for good. */
export const stageSettled = (tx: UnitOfWork, importId: string, settled: readonly ExternalReference[]): void => {
  tx.statement(
    `UPDATE external_reference AS claim
     SET subject_id = answer.subject_id, case_number = answer.case_number, settled_at = $2
     FROM unnest($3::text[], $4::text[], $5::text[], $6::text[])
       AS answer (subject, reference, subject_id, case_number)
     WHERE claim.subject = answer.subject AND claim.reference = answer.reference AND claim.import_id = $1`,
    [
      importId,
      tx.occurredAt,
      ...columnsOf(settled),
      settled.map(({ subjectId }) => subjectId),
      settled.map(({ caseNumber }) => caseNumber),
    ],
  );
};

export const stageReleased = (tx: UnitOfWork, importId: string, released: readonly ExternalReference[]): void => {
  tx.statement(
    `DELETE FROM external_reference AS claim
     USING unnest($2::text[], $3::text[]) AS released (subject, reference)
     WHERE claim.subject = released.subject AND claim.reference = released.reference AND claim.import_id = $1
       AND claim.subject_id IS NULL`,
    [importId, ...columnsOf(released)],
  );
};

/** All that the import has claimed and no owner has answered. */
export const stageReleasedAll = (tx: UnitOfWork, importId: string): void => {
  tx.statement('DELETE FROM external_reference WHERE import_id = $1 AND subject_id IS NULL', [importId]);
};

const columnsOf = (claims: readonly { subject: Subject; reference: string }[]): [Subject[], string[]] => [
  claims.map(({ subject }) => subject),
  claims.map(({ reference }) => reference),
];
