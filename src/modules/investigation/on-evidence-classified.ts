import { Injectable } from '@nestjs/common';
import { EvidenceClassified } from '../../contracts/evidence/evidence-classified.v1.js';
import type { Envelope } from '../../platform/messaging/envelope.js';
import { Reaction, type ReactionHandler } from '../../platform/messaging/handlers.js';
import type { UnitOfWork } from '../../platform/messaging/unit-of-work.js';

/** Marks the findings that rest on reclassified evidence, so that whoever reads them looks again. */
@Injectable()
@Reaction({ name: 'on-evidence-classified', consumes: [EvidenceClassified] })
export class OnEvidenceClassified implements ReactionHandler {
  async handle(event: Envelope, tx: UnitOfWork): Promise<undefined> {
    const { caseId, evidenceId, from, to } = (event as Envelope<EvidenceClassified>).payload;
    const resting = await tx.query<{ findingId: string; version: number }>({
      name: 'findings_resting_on',
      text: 'SELECT finding_id AS "findingId", version FROM finding WHERE evidence_refs @> $1::jsonb',
      values: [JSON.stringify([{ evidenceId }])],
    });
    if (resting.length === 0) return undefined;
    tx.statement(
      `INSERT INTO reclassified_evidence (finding_id, event_id, evidence_id, from_classification, to_classification,
         reclassified_at)
       SELECT unnest($1::text[]), $2, $3, $4, $5, $6`,
      [resting.map(({ findingId }) => findingId), event.id, evidenceId, from, to, event.occurredAt],
    );
    tx.audit({
      eventType: 'FindingEvidenceReclassifiedAudit',
      action: 'MARK_RECLASSIFIED_EVIDENCE',
      subject: { caseId, evidenceId },
      dataUsed: resting.map(({ findingId, version }) => `${findingId}@${version}`),
      beforeState: from,
      afterState: to,
    });
    return undefined;
  }
}
