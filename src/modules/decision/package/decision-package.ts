import { Column, Entity, PrimaryColumn } from 'typeorm';
import { clearedFor, type Classification } from '../../../platform/base/context.js';
import { newId } from '../../../platform/base/ids.js';
import { refuseDecision } from '../decision.errors.js';

export type PackageStatus = 'DRAFT' | 'AWAITING_APPROVAL' | 'REJECTED' | 'FINALIZED';

/** Who approves or rejects, and what they may see. */
export interface Authority {
  actorId: string;
  clearance: Classification;
}

/** What is laid before the authority, and in the end the decision that was made of it. */
@Entity({ name: 'decision_package' })
export class DecisionPackage {
  @PrimaryColumn({ name: 'decision_package_id', type: 'text' })
  decisionPackageId!: string;

  @Column({ type: 'integer' })
  version!: number;

  @Column({ name: 'case_id', type: 'text' })
  caseId!: string;

  @Column({ name: 'investigation_id', type: 'text' })
  investigationId!: string;

  @Column({ name: 'evidence_ids', type: 'text', array: true })
  evidenceIds!: string[];

  @Column({ name: 'subject_party_id', type: 'text' })
  subjectPartyId!: string;

  @Column({ type: 'text' })
  status!: PackageStatus;

  /** How many times it was submitted. What each time was captured stays. */
  @Column({ type: 'integer' })
  submission!: number;

  /** Evidence that it rests on was reclassified since it was submitted. */
  @Column({ name: 'review_required', type: 'boolean' })
  reviewRequired!: boolean;

  @Column({ name: 'drafted_by', type: 'text' })
  draftedBy!: string;

  @Column({ name: 'drafted_at', type: 'timestamptz' })
  draftedAt!: Date;

  @Column({ name: 'submitted_by', type: 'text', nullable: true })
  submittedBy!: string | null;

  @Column({ name: 'submitted_at', type: 'timestamptz', nullable: true })
  submittedAt!: Date | null;

  @Column({ name: 'approved_by', type: 'text', nullable: true })
  approvedBy!: string | null;

  @Column({ name: 'finalized_at', type: 'timestamptz', nullable: true })
  finalizedAt!: Date | null;

  @Column({ name: 'decision_id', type: 'text', nullable: true })
  decisionId!: string | null;

  @Column({ name: 'decision_version', type: 'integer', nullable: true })
  decisionVersion!: number | null;

  static draft(
    given: Pick<DecisionPackage, 'caseId' | 'investigationId' | 'evidenceIds' | 'subjectPartyId'>,
    by: string,
    at: Date,
  ): DecisionPackage {
    return Object.assign(new DecisionPackage(), {
      ...given,
      decisionPackageId: newId('dpkg'),
      version: 1,
      status: 'DRAFT',
      submission: 0,
      reviewRequired: false,
      draftedBy: by,
      draftedAt: at,
      submittedBy: null,
      submittedAt: null,
      approvedBy: null,
      finalizedAt: null,
      decisionId: null,
      decisionVersion: null,
    });
  }

  /** @throws PACKAGE_FINALIZED; PACKAGE_AWAITS_APPROVAL unless a review asks for a new submission */
  submit(by: string, at: Date): void {
    if (this.status === 'FINALIZED') throw refuseDecision.PACKAGE_FINALIZED('Request a correction of the decision.');
    if (this.status === 'AWAITING_APPROVAL' && !this.reviewRequired) throw refuseDecision.PACKAGE_AWAITS_APPROVAL();
    this.status = 'AWAITING_APPROVAL';
    this.submission += 1;
    this.reviewRequired = false;
    this.submittedBy = by;
    this.submittedAt = at;
  }

  /** @throws as `requireAwaiting`; SEPARATION_OF_DUTIES */
  reject(by: string): void {
    this.requireAwaiting();
    this.requireAnotherThanSubmitter(by);
    this.status = 'REJECTED';
  }

  /**
   * @param considered the classifications of everything that the submission captured
   * @throws as `requireAwaiting`; SEPARATION_OF_DUTIES; REVIEW_REQUIRED; AUTHORITY_NOT_CLEARED
   */
  approve({ actorId, clearance }: Authority, considered: readonly Classification[], at: Date): string {
    this.requireAwaiting();
    this.requireAnotherThanSubmitter(actorId);
    if (this.reviewRequired) throw refuseDecision.REVIEW_REQUIRED('A legal reviewer must look again and submit it.');
    if (!considered.every((each) => clearedFor(clearance).includes(each))) throw refuseDecision.AUTHORITY_NOT_CLEARED();
    this.status = 'FINALIZED';
    this.approvedBy = actorId;
    this.finalizedAt = at;
    this.decisionId = newId('dec');
    this.decisionVersion = 1;
    return this.decisionId;
  }

  /** Nothing that was captured changes: only a new submission captures anew. */
  requireReview(): void {
    if (this.status === 'FINALIZED') throw new Error('What is finalized is reviewed by itself.');
    this.reviewRequired = true;
  }

  /** A correction takes effect. @returns the new version of the decision */
  correct(): number {
    if (this.decisionVersion === null) throw new Error('Only a decision can be corrected.');
    this.decisionVersion += 1;
    return this.decisionVersion;
  }

  /** @throws PACKAGE_NOT_SUBMITTED, PACKAGE_REJECTED or PACKAGE_FINALIZED */
  private requireAwaiting(): void {
    if (this.status === 'DRAFT') throw refuseDecision.PACKAGE_NOT_SUBMITTED();
    if (this.status === 'REJECTED') throw refuseDecision.PACKAGE_REJECTED();
    if (this.status === 'FINALIZED') throw refuseDecision.PACKAGE_FINALIZED('Request a correction of the decision.');
  }

  /** Another person, not merely another role. */
  private requireAnotherThanSubmitter(actorId: string): void {
    if (actorId === this.submittedBy) throw refuseDecision.SEPARATION_OF_DUTIES('You submitted this package.');
  }
}
