import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { DecidedOutcome, ObligationTerms, Outcome } from '../../../contracts/decision/outcome.js';
import type { Classification } from '../../../contracts/shared/values.js';
import type { DecisionPackage } from '../package/decision-package.js';
import type { PackageSubmission } from '../package/package-snapshot.js';
import type { DecidedTerms } from './determination.js';

/** What was decided, at one of its versions. Never changed: a correction adds the next. */
@Entity({ name: 'decision_version' })
export class DecisionVersion {
  @PrimaryColumn({ name: 'decision_id', type: 'text' })
  decisionId!: string;

  @PrimaryColumn({ name: 'decision_version', type: 'integer' })
  decisionVersion!: number;

  @Column({ name: 'decision_package_id', type: 'text' })
  decisionPackageId!: string;

  @Column({ name: 'case_id', type: 'text' })
  caseId!: string;

  @Column({ name: 'investigation_id', type: 'text' })
  investigationId!: string;

  /** The submission whose snapshot was considered. */
  @Column({ type: 'integer' })
  submission!: number;

  @Column({ name: 'subject_party_id', type: 'text' })
  subjectPartyId!: string;

  @Column({ name: 'party_name_at_decision', type: 'text' })
  partyNameAtDecision!: string;

  @Column({ name: 'party_version_at_decision', type: 'integer' })
  partyVersionAtDecision!: number;

  @Column({ name: 'party_classification_at_decision', type: 'text' })
  partyClassificationAtDecision!: Classification;

  @Column({ type: 'text' })
  outcome!: Outcome;

  @Column({ name: 'legal_basis_codes', type: 'text', array: true })
  legalBasisCodes!: string[];

  @Column({ name: 'notice_required', type: 'boolean' })
  noticeRequired!: boolean;

  @Column({ type: 'jsonb' })
  obligations!: ObligationTerms[];

  /** Who submitted the package, or requested the correction. */
  @Column({ name: 'proposed_by', type: 'text' })
  proposedBy!: string;

  @Column({ name: 'approved_by', type: 'text' })
  approvedBy!: string;

  /** The correction that led to this version; null for the first. */
  @Column({ name: 'correction_id', type: 'text', nullable: true })
  correctionId!: string | null;

  @Column({ name: 'decided_at', type: 'timestamptz' })
  decidedAt!: Date;

  /** The decision of a package that was just approved. The party is called what the snapshot considered calls it. */
  static first(of: DecisionPackage, terms: DecidedTerms, considered: PackageSubmission, at: Date): DecisionVersion {
    const { decisionId, decisionVersion, decisionPackageId, caseId, investigationId, submission, subjectPartyId } = of;
    return Object.assign(new DecisionVersion(), {
      ...{ decisionId, decisionVersion, decisionPackageId, caseId, investigationId, submission, subjectPartyId },
      partyNameAtDecision: considered.partyNameAtSubmission,
      partyVersionAtDecision: considered.partyVersionAtSubmission,
      partyClassificationAtDecision: considered.partyClassificationAtSubmission,
      ...terms,
      proposedBy: of.submittedBy,
      approvedBy: of.approvedBy,
      correctionId: null,
      decidedAt: at,
    });
  }

  /** The next version: what was considered stays, what was decided is corrected. */
  corrected(
    terms: DecidedTerms,
    by: Pick<DecisionVersion, 'decisionVersion' | 'proposedBy' | 'approvedBy' | 'correctionId' | 'decidedAt'>,
  ): DecisionVersion {
    return Object.assign(new DecisionVersion(), this, terms, by);
  }
}

/** Why it was decided so, kept apart so that no ordinary read ever loads it. Never changed. */
@Entity({ name: 'decision_reasoning' })
export class DecisionReasoning {
  @PrimaryColumn({ name: 'decision_id', type: 'text' })
  decisionId!: string;

  @PrimaryColumn({ name: 'decision_version', type: 'integer' })
  decisionVersion!: number;

  @Column({ name: 'reasoning_text', type: 'text' })
  reasoningText!: string;

  static of({ decisionId, decisionVersion }: DecisionVersion, reasoningText: string): DecisionReasoning {
    return Object.assign(new DecisionReasoning(), { decisionId, decisionVersion, reasoningText });
  }
}

/** As others are told of it. */
export function decidedOutcome(version: DecisionVersion): DecidedOutcome {
  const { caseId, investigationId, decisionId, decisionVersion, outcome, noticeRequired, legalBasisCodes } = version;
  const { obligations, subjectPartyId } = version;
  return {
    caseId,
    investigationId,
    decisionId,
    decisionVersion,
    outcome,
    noticeRequired,
    obligationRequired: obligations.length > 0,
    legalBasisCodes,
    addressees: [...new Set([subjectPartyId, ...obligations.map(({ partyId }) => partyId)])],
    obligations,
  };
}
