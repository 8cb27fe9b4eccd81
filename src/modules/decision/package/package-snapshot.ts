import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Conclusion, Recommendation } from '../../../contracts/investigation/values.js';
import { nameOfRef, type EvidenceRef } from '../../../contracts/shared/evidence-ref.js';
import type { Classification } from '../../../contracts/shared/values.js';

/** What the owners of case and party said when a package was submitted. Never changed. */
@Entity({ name: 'package_submission' })
export class PackageSubmission {
  @PrimaryColumn({ name: 'decision_package_id', type: 'text' })
  decisionPackageId!: string;

  @PrimaryColumn({ type: 'integer' })
  submission!: number;

  @Column({ name: 'case_number_at_submission', type: 'text' })
  caseNumberAtSubmission!: string;

  @Column({ name: 'case_classification_at_submission', type: 'text' })
  caseClassificationAtSubmission!: Classification;

  @Column({ name: 'recommendation_at_submission', type: 'text' })
  recommendationAtSubmission!: Recommendation;

  @Column({ name: 'party_id', type: 'text' })
  partyId!: string;

  @Column({ name: 'party_version_at_submission', type: 'integer' })
  partyVersionAtSubmission!: number;

  @Column({ name: 'party_name_at_submission', type: 'text' })
  partyNameAtSubmission!: string;

  @Column({ name: 'registration_number_at_submission', type: 'text', nullable: true })
  registrationNumberAtSubmission!: string | null;

  @Column({ name: 'party_classification_at_submission', type: 'text' })
  partyClassificationAtSubmission!: Classification;

  @Column({ name: 'submitted_by', type: 'text' })
  submittedBy!: string;

  @Column({ name: 'captured_at', type: 'timestamptz' })
  capturedAt!: Date;
}

/** A finding as Investigation had submitted it. Never changed. */
@Entity({ name: 'finding_snapshot' })
export class FindingSnapshot {
  @PrimaryColumn({ name: 'decision_package_id', type: 'text' })
  decisionPackageId!: string;

  @PrimaryColumn({ type: 'integer' })
  submission!: number;

  @PrimaryColumn({ name: 'finding_id', type: 'text' })
  findingId!: string;

  @Column({ name: 'finding_version', type: 'integer' })
  findingVersion!: number;

  @Column({ name: 'allegation_id', type: 'text' })
  allegationId!: string;

  @Column({ name: 'legal_basis_code', type: 'text' })
  legalBasisCode!: string;

  @Column({ name: 'against_party_id', type: 'text' })
  againstPartyId!: string;

  @Column({ type: 'text' })
  conclusion!: Conclusion;

  @Column({ name: 'statement_at_submission', type: 'text' })
  statementAtSubmission!: string;

  @Column({ name: 'evidence_refs', type: 'jsonb' })
  evidenceRefs!: EvidenceRef[];
}

/** One version of an item of evidence as its owner knew it. Never changed. */
@Entity({ name: 'evidence_reference' })
export class EvidenceSnapshot {
  @PrimaryColumn({ name: 'decision_package_id', type: 'text' })
  decisionPackageId!: string;

  @PrimaryColumn({ type: 'integer' })
  submission!: number;

  @PrimaryColumn({ name: 'evidence_id', type: 'text' })
  evidenceId!: string;

  @PrimaryColumn({ name: 'evidence_version', type: 'integer' })
  evidenceVersion!: number;

  @Column({ name: 'classification_at_submission', type: 'text' })
  classificationAtSubmission!: Classification;

  @Column({ name: 'checksum_sha256', type: 'text' })
  checksumSha256!: string;
}

/** Why a submission was sent back. Never changed. */
@Entity({ name: 'package_rejection' })
export class PackageRejection {
  @PrimaryColumn({ name: 'decision_package_id', type: 'text' })
  decisionPackageId!: string;

  @PrimaryColumn({ type: 'integer' })
  submission!: number;

  @Column({ name: 'rejected_by', type: 'text' })
  rejectedBy!: string;

  @Column({ name: 'rejected_at', type: 'timestamptz' })
  rejectedAt!: Date;

  @Column({ type: 'text' })
  reason!: string;
}

/** One submission with all that it captured. */
export interface Snapshot {
  submission: PackageSubmission;
  findings: FindingSnapshot[];
  evidence: EvidenceSnapshot[];
}

/** Whoever decides must be cleared for each of these. */
export const classificationsIn = ({
  submission,
  evidence,
}: Pick<Snapshot, 'submission' | 'evidence'>): Classification[] => [
  submission.caseClassificationAtSubmission,
  submission.partyClassificationAtSubmission,
  ...evidence.map(({ classificationAtSubmission }) => classificationAtSubmission),
];

/** As an audit record names them. */
export const evidenceRefsOf = (evidence: readonly EvidenceSnapshot[]): string[] => evidence.map(nameOfRef);
