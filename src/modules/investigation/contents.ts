import type { UnitOfWork } from '../../platform/messaging/unit-of-work.js';
import { refuseInvestigation } from './investigation.errors.js';

/**
 * Allegations and findings are aggregates of their own, and yet a submission must freeze them all: each change of
 * them counts the contents up, and a submission closes the count that it has read. Whoever comes second is refused
 * or decides again on what is there then.
 */
export function countChange(tx: UnitOfWork, investigationId: string): void {
  tx.statement(
    'UPDATE investigation_contents SET changes = changes + 1 WHERE investigation_id = $1 AND open RETURNING 1',
    [investigationId],
    refuseInvestigation.INVESTIGATION_NOT_OPEN(),
  );
}

export const openContents = (tx: UnitOfWork, investigationId: string): void => {
  tx.statement('INSERT INTO investigation_contents (investigation_id, changes, open) VALUES ($1, 0, true)', [
    investigationId,
  ]);
};

export async function changesSoFar(tx: UnitOfWork, investigationId: string): Promise<string> {
  const [row] = await tx.query<{ changes: string }>({
    name: 'investigation_changes',
    text: 'SELECT changes FROM investigation_contents WHERE investigation_id = $1',
    values: [investigationId],
  });
  return row?.changes ?? '0';
}

/** With a code on which the unit of work decides again: somebody has changed the contents since they were read. */
export const closeContents = (tx: UnitOfWork, investigationId: string, changes: string): void => {
  tx.statement(
    'UPDATE investigation_contents SET open = false WHERE investigation_id = $1 AND changes = $2 RETURNING 1',
    [investigationId, changes],
    'VERSION_MISMATCH',
  );
};
