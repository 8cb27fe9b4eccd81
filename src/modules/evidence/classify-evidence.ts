import { Injectable } from '@nestjs/common';
import { IsIn, IsString, Length, Matches } from 'class-validator';
import { nameOfRef } from '../../contracts/shared/evidence-ref.js';
import { EvidenceClassified } from '../../contracts/evidence/evidence-classified.v1.js';
import { CLASSIFICATIONS, type Classification } from '../../contracts/shared/values.js';
import type { Answer } from '../../platform/messaging/answer.js';
import { Work } from '../../platform/messaging/work.js';
import { noteCustody } from './custody-event.js';
import { EvidenceAccess, loadCleared } from './evidence-access.js';

export class EvidenceClassification {
  @IsIn(CLASSIFICATIONS)
  classification!: Classification;

  @IsString()
  @Length(1, 1000)
  @Matches(/\S/, { message: 'reason must not be blank' })
  reason!: string;
}

/** Decides anew who may see an item. From the commit on; copies handed out before are out of reach. */
@Injectable()
export class ClassifyEvidence {
  constructor(
    private readonly work: Work,
    private readonly access: EvidenceAccess,
  ) {}

  async run(evidenceId: string, { classification, reason }: EvidenceClassification): Promise<Answer> {
    await this.access.enter(evidenceId);
    return this.work.run(async (tx) => {
      const item = await loadCleared(tx, evidenceId);
      const from = item.classify(classification);
      const { caseId, evidenceVersion, classificationVersion } = item;
      tx.publish(item, EvidenceClassified, {
        caseId,
        evidenceId,
        from,
        to: classification,
        evidenceVersion,
        classificationVersion,
      });
      noteCustody(tx, evidenceId, 'RECLASSIFIED', { from, to: classification, classificationVersion }, reason);
      tx.audit({
        eventType: 'EvidenceClassifiedAudit',
        action: 'CLASSIFY_EVIDENCE',
        subject: { caseId, evidenceId },
        subjectVersion: item.version,
        beforeState: from,
        afterState: classification,
        dataUsed: [`${evidenceId}@${item.version - 1}`],
        evidenceRefs: evidenceVersion > 0 ? [nameOfRef(item)] : [],
      });
      return { body: { evidenceId, classification, classificationVersion, evidenceVersion }, of: item };
    });
  }
}
