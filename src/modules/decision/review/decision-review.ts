import { IsIn } from 'class-validator';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { EvidenceClassified } from '../../../contracts/evidence/evidence-classified.v1.js';
import type { Classification } from '../../../contracts/shared/values.js';
import { newId } from '../../../platform/base/ids.js';
import { refuseDecision } from '../decision.errors.js';
import type { DecisionPackage } from '../package/decision-package.js';
import { Reason } from '../reason.js';

export const CONCLUSIONS = ['CONFIRMED', 'CORRECTION_NEEDED'] as const;

export class Conclusion extends Reason {
  /** A correction that is needed is requested by itself. */
  @IsIn(CONCLUSIONS)
  conclusion!: (typeof CONCLUSIONS)[number];
}

/** That evidence of a finalized decision was reclassified, until somebody has concluded what follows from it. */
@Entity({ name: 'decision_review' })
export class DecisionReview {
  @PrimaryColumn({ name: 'review_id', type: 'text' })
  reviewId!: string;

  @Column({ type: 'integer' })
  version!: number;

  @Column({ name: 'case_id', type: 'text' })
  caseId!: string;

  @Column({ name: 'decision_package_id', type: 'text' })
  decisionPackageId!: string;

  @Column({ name: 'decision_id', type: 'text' })
  decisionId!: string;

  @Column({ name: 'evidence_id', type: 'text' })
  evidenceId!: string;

  @Column({ name: 'from_classification', type: 'text' })
  fromClassification!: Classification;

  @Column({ name: 'to_classification', type: 'text' })
  toClassification!: Classification;

  @Column({ name: 'opened_at', type: 'timestamptz' })
  openedAt!: Date;

  /** The event because of which it was opened: one review an event. */
  @Column({ name: 'opened_by_event_id', type: 'text' })
  openedByEventId!: string;

  @Column({ type: 'text' })
  status!: 'OPEN' | 'CONCLUDED';

  @Column({ type: 'text', nullable: true })
  conclusion!: Conclusion['conclusion'] | null;

  @Column({ type: 'text', nullable: true })
  reason!: string | null;

  @Column({ name: 'concluded_by', type: 'text', nullable: true })
  concludedBy!: string | null;

  @Column({ name: 'concluded_at', type: 'timestamptz', nullable: true })
  concludedAt!: Date | null;

  static open(
    { caseId, decisionPackageId, decisionId }: DecisionPackage,
    { evidenceId, from, to }: EvidenceClassified,
    openedByEventId: string,
    at: Date,
  ): DecisionReview {
    return Object.assign(new DecisionReview(), {
      reviewId: newId('rev'),
      version: 0,
      caseId,
      decisionPackageId,
      decisionId,
      evidenceId,
      fromClassification: from,
      toClassification: to,
      openedAt: at,
      openedByEventId,
      status: 'OPEN',
      conclusion: null,
      reason: null,
      concludedBy: null,
      concludedAt: null,
    });
  }

  /** @throws REVIEW_CONCLUDED */
  conclude({ conclusion, reason }: Conclusion, by: string, at: Date): void {
    if (this.status !== 'OPEN') throw refuseDecision.REVIEW_CONCLUDED();
    Object.assign(this, { status: 'CONCLUDED', conclusion, reason, concludedBy: by, concludedAt: at });
    this.version += 1;
  }
}
