import { Injectable } from '@nestjs/common';
import { DecisionReviewRequired } from '../../../contracts/decision/decision-review-required.v1.js';
import { EvidenceClassified } from '../../../contracts/evidence/evidence-classified.v1.js';
import type { Draft } from '../../../platform/messaging/answer.js';
import type { Envelope } from '../../../platform/messaging/envelope.js';
import { Reaction, type ReactionHandler } from '../../../platform/messaging/handlers.js';
import type { UnitOfWork } from '../../../platform/messaging/unit-of-work.js';
import { DecisionPackage } from '../package/decision-package.js';
import { EvidenceSnapshot } from '../package/package-snapshot.js';
import { DecisionReview } from './decision-review.js';
import { EvidenceWatch, stageReclassified } from './evidence-watch.js';

/**
 * Somebody must look again at what rests on reclassified evidence: before approval by submitting the package again,
 * after it by concluding a review. Nothing that was captured changes.
 */
@Injectable()
@Reaction({ name: 'on-evidence-classified', consumes: [EvidenceClassified] })
export class OnEvidenceClassified implements ReactionHandler {
  async handle({ id, payload }: Envelope, tx: UnitOfWork): Promise<Draft | undefined> {
    const event = payload as EvidenceClassified;
    const { evidenceId, to: classification, classificationVersion } = event;
    const [seen] = await tx.findBy(EvidenceWatch, { evidenceId });
    if (seen && seen.classificationVersion >= classificationVersion) return undefined;
    stageReclassified(tx, { evidenceId, classification, classificationVersion }, seen);
    const resting = await this.restingOn(event, tx);
    if (resting.length === 0) this.noteNothing(event, tx);
    for (const each of resting) {
      if (each.decisionId === null) this.requireReview(each, event, tx);
      else this.openReview(each, event, id, tx);
    }
    return { body: {} };
  }

  /** A submission that captured the item as it is classified now was made after the reclassification. */
  private async restingOn({ evidenceId, to }: EvidenceClassified, tx: UnitOfWork): Promise<DecisionPackage[]> {
    const captured = await tx.findBy(EvidenceSnapshot, { evidenceId });
    const otherwise = captured.filter(({ classificationAtSubmission }) => classificationAtSubmission !== to);
    if (otherwise.length === 0) return [];
    const packages = await tx.findBy(DecisionPackage, {
      decisionPackageId: [...new Set(otherwise.map(({ decisionPackageId }) => decisionPackageId))],
    });
    return packages.filter(({ decisionPackageId, submission }) =>
      otherwise.some((each) => each.decisionPackageId === decisionPackageId && each.submission === submission),
    );
  }

  private requireReview(required: DecisionPackage, { evidenceId, from, to }: EvidenceClassified, tx: UnitOfWork): void {
    const { caseId, decisionPackageId, status, version } = required;
    required.requireReview();
    tx.publish(required, DecisionReviewRequired, { caseId, decisionPackageId, decisionId: null, evidenceId, from, to });
    tx.audit({
      eventType: 'DecisionReviewRequiredAudit',
      action: 'REQUIRE_DECISION_REVIEW',
      subject: { caseId, decisionPackageId, evidenceId },
      subjectVersion: required.version,
      beforeState: status,
      afterState: status,
      dataUsed: [`${decisionPackageId}@${version}`],
      reasonCode: 'EVIDENCE_RECLASSIFIED',
    });
  }

  private openReview(of: DecisionPackage, event: EvidenceClassified, eventId: string, tx: UnitOfWork): void {
    const { evidenceId, from, to } = event;
    const { caseId, decisionPackageId, decisionVersion } = of;
    const review = DecisionReview.open(of, event, eventId, tx.occurredAt);
    const { reviewId, decisionId } = review;
    tx.add(review);
    tx.publish(review, DecisionReviewRequired, { caseId, decisionPackageId, decisionId, evidenceId, from, to });
    tx.audit({
      eventType: 'DecisionReviewOpenedAudit',
      action: 'OPEN_DECISION_REVIEW',
      subject: { caseId, decisionPackageId, decisionId, reviewId, evidenceId },
      subjectVersion: review.version,
      afterState: review.status,
      dataUsed: [`${decisionId}@${decisionVersion ?? 0}`],
      reasonCode: 'EVIDENCE_RECLASSIFIED',
    });
  }

  private noteNothing({ caseId, evidenceId }: EvidenceClassified, tx: UnitOfWork): void {
    tx.audit({
      eventType: 'EvidenceReclassificationNotedAudit',
      action: 'NOTE_EVIDENCE_RECLASSIFICATION',
      subject: { caseId, evidenceId },
      reasonCode: 'NO_PACKAGE_RESTS_ON_IT',
    });
  }
}
