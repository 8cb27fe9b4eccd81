import { Injectable } from '@nestjs/common';
import { DecisionCorrected } from '../../../contracts/decision/decision-corrected.v1.js';
import { currentCall, type Classification } from '../../../platform/base/context.js';
import type { Answer } from '../../../platform/messaging/answer.js';
import type { UnitOfWork } from '../../../platform/messaging/unit-of-work.js';
import { Work } from '../../../platform/messaging/work.js';
import { refuseDecision } from '../decision.errors.js';
import { decidedOutcome, DecisionReasoning, type DecisionVersion } from '../outcome/decision-version.js';
import { DecisionPackage } from '../package/decision-package.js';
import { FindPackage } from '../package/find-package.js';
import { classificationsIn, evidenceRefsOf, EvidenceSnapshot, PackageSubmission } from '../package/package-snapshot.js';
import { isCleared } from '../read-access.js';
import { correctedTerms } from './corrected-terms.js';
import { loadCorrection } from './find-correction.js';

/** The named authority approves, and the correction takes effect: the decision has one more version. */
@Injectable()
export class ApproveCorrection {
  constructor(
    private readonly packages: FindPackage,
    private readonly work: Work,
  ) {}

  async run(decisionId: string, correctionId: string): Promise<Answer> {
    const { found, reference } = await this.packages.ofDecision(decisionId);
    const { actorId } = currentCall().actor;
    return this.work.run(async (tx) => {
      const correction = await loadCorrection(tx, decisionId, correctionId);
      const decided = await tx.load(DecisionPackage, found.decisionPackageId);
      correction.approve(actorId, decided.decisionVersion, tx.occurredAt);
      const { present, terms, reasoning } = await correctedTerms(tx, correction, decided, reference);
      const evidence = await requireCleared(tx, present);
      const corrected = present.corrected(terms, {
        decisionVersion: decided.correct(),
        proposedBy: correction.requestedBy,
        approvedBy: actorId,
        correctionId,
        decidedAt: tx.occurredAt,
      });
      const { caseId, decisionPackageId, decisionVersion, outcome } = corrected;
      tx.add(corrected, DecisionReasoning.of(corrected, reasoning));
      tx.change(correction);
      tx.publish(decided, DecisionCorrected, decidedOutcome(corrected));
      tx.audit({
        eventType: 'DecisionCorrectedAudit',
        action: 'APPROVE_DECISION_CORRECTION',
        subject: { caseId, decisionPackageId, decisionId, correctionId },
        subjectVersion: decided.version,
        beforeState: 'AWAITING_APPROVAL',
        afterState: correction.status,
        dataUsed: [
          `${correctionId}@${correction.version - 1}`,
          `${decisionId}@${present.decisionVersion}`,
          `${caseId}@${reference.version}`,
        ],
        evidenceRefs: evidenceRefsOf(evidence),
        reasonCode: outcome,
      });
      const { status } = correction;
      return { body: { correctionId, decisionId, decisionVersion, status }, of: correction };
    });
  }
}

/** @throws AUTHORITY_NOT_CLEARED for something that the decision rests on */
async function requireCleared(
  tx: UnitOfWork,
  { decisionPackageId, submission }: DecisionVersion,
): Promise<EvidenceSnapshot[]> {
  const [[considered], evidence] = await Promise.all([
    tx.findBy(PackageSubmission, { decisionPackageId, submission }),
    tx.findBy(EvidenceSnapshot, { decisionPackageId, submission }),
  ]);
  if (!considered) throw new Error('A decision has no snapshot.');
  requireAllCleared(classificationsIn({ submission: considered, evidence }));
  return evidence;
}

/** @throws AUTHORITY_NOT_CLEARED */
export function requireAllCleared(classifications: readonly Classification[]): void {
  if (!classifications.every(isCleared)) throw refuseDecision.AUTHORITY_NOT_CLEARED();
}
