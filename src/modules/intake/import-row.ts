import type { InvalidParam } from '../../platform/base/refusal.js';
import type { RowCommands } from './check-commands.js';
import type { ExternalReference, Referring } from './external-references.js';

/** A stored row that waits to be carried out. */
export interface PendingRow extends Referring {
  importId: string;
  rowNumber: number;
  commands: RowCommands;
  /** Tries that ended in a fault of ours, as opposed to an owner who could not be reached. */
  attempts: number;
}

/** What became of a row at one try. PENDING: it is tried again. */
export type RowResult = { rowNumber: number; attempts: number } & (
  | { outcome: 'PENDING' }
  | { outcome: 'CREATED' | 'EXISTING'; caseId: string; caseNumber: string; partyId: string | null }
  /** With the case, when only the allegation was refused. */
  | { outcome: 'REFUSED'; reasons: InvalidParam[]; caseId?: string; caseNumber?: string; partyId?: string }
);

/** Whether the row has claimed the reference, which nobody has settled: this row alone may tell the owner. */
export const hasClaimed = ({ importId, rowNumber }: PendingRow, claim: ExternalReference | undefined): boolean =>
  claim?.subjectId === null && claim.importId === importId && claim.rowNumber === rowNumber;
