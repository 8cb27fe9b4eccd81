import { InvestigationCompleted } from '../../contracts/investigation/investigation-completed.v1.js';
import type { UnitOfWork } from '../../platform/messaging/unit-of-work.js';
import type { Investigation } from './investigation.js';

/** Completes a submitted investigation. */
export function complete(tx: UnitOfWork, investigation: Investigation): void {
  const { caseId, investigationId, epoch, recommendation } = investigation;
  if (recommendation === null) throw new Error('Only what was submitted can be completed.');
  investigation.complete(tx.occurredAt);
  tx.publish(investigation, InvestigationCompleted, { caseId, investigationId, epoch, recommendation });
  tx.audit({
    eventType: 'InvestigationCompletedAudit',
    action: 'COMPLETE_INVESTIGATION',
    subject: { caseId, investigationId },
    subjectVersion: investigation.version,
    beforeState: 'SUBMITTED',
    afterState: 'COMPLETED',
    reasonCode: recommendation,
  });
}
