import { append, BEGINNING, chainOf, type AuditRecord } from '../../../src/modules/audit/audit-record.js';
import { copiesOf, type StoredRecord } from '../../../src/modules/audit/stored-record.js';
import { newId } from '../../../src/platform/base/ids.js';
import type { AuditStaged } from '../../../src/platform/messaging/envelope.js';

/** What a module stages when a case is approved, unless said otherwise. */
export const staged = (said: Partial<AuditStaged> = {}): AuditStaged => ({
  auditId: newId('audit'),
  eventType: 'DecisionApprovedAudit',
  occurredAt: '2026-07-05T10:20:00.000Z',
  actor: { actorId: 'authority_ada', role: 'DECISION_AUTHORITY' },
  subject: { caseId: 'case_01J0Z9T40BW1K2JDGFSY73C9R3', decisionPackageId: 'dpkg_01J0Z9T40BW1K2JDGFSY73C9R4' },
  subjectVersion: 3,
  action: 'APPROVE_DECISION',
  beforeState: 'AWAITING_APPROVAL',
  afterState: 'FINALIZED',
  policyDecisionId: newId('pdp'),
  policies: ['POST /decision-packages/{id}/approval'],
  sourceCommandId: newId('cmd'),
  correlationId: newId('corr'),
  publishedEventIds: [newId('evt')],
  dataUsed: ['pty_01J0Z9T40BW1K2JDGFSY73C9R5@2'],
  evidenceRefs: ['ev_01J0Z9T40BW1K2JDGFSY73C9R6@v3'],
  reasonCode: 'LATE_REPORTING_CONFIRMED',
  ...said,
});

/** The chain that these records make, as its rows lie in the table. */
export function chained(records: readonly AuditStaged[], producer = 'party'): StoredRecord[] {
  const chain: AuditRecord[] = [];
  for (const record of records) {
    const place = { eventId: newId('evt'), producer, recordedAt: '2026-07-05T10:20:00.250Z' };
    chain.push(append(chain.at(-1) ?? BEGINNING, { chain: chainOf(record, producer), ...place, record }));
  }
  return chain.map((audit) => ({ audit, copies: copiesOf(audit.record) }));
}
