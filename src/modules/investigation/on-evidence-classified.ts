import { Injectable } from '@nestjs/common';
import { EvidenceClassified } from '../../contracts/evidence/evidence-classified.v1.js';
import type { Envelope } from '../../platform/messaging/envelope.js';
import { Reaction, type ReactionHandler } from '../../platform/messaging/handlers.js';
import type { UnitOfWork } from '../../platform/messaging/unit-of-work.js';

/** Marks evidence as reclassified, so that whoever reads a finding that rests on it looks again. */
@Injectable()
@Reaction({ name: 'on-evidence-classified', consumes: [EvidenceClassified] })
export class OnEvidenceClassified implements ReactionHandler {
  async handle(event: Envelope, tx: UnitOfWork): Promise<undefined> {
    const { caseId, evidenceId, from, to, classificationVersion } = (event as Envelope<EvidenceClassified>).payload;
    const resting = await tx.query<{ finding: string }>({
      name: 'findings_resting_on',
      text: `SELECT finding_id || '@' || version AS finding FROM finding WHERE evidence_refs @> $1::jsonb ORDER BY 1`,
      values: [JSON.stringify([{ evidenceId }])],
    });
    tx.statement(
      `INSERT INTO reclassified_evidence (evidence_id, classification_version, from_classification, to_classification,
         reclassified_at)
       VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
      [evidenceId, classificationVersion, from, to, event.occurredAt],
    );
    tx.audit({
      eventType: 'FindingEvidenceReclassifiedAudit',
      action: 'MARK_RECLASSIFIED_EVIDENCE',
      subject: { caseId, evidenceId },
      dataUsed: resting.map(({ finding }) => finding),
      beforeState: from,
      afterState: to,
    });
    return undefined;
  }
}
