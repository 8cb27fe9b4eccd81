import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Conclusion } from '../../contracts/investigation/values.js';
import type { EvidenceRef } from '../../contracts/shared/evidence-ref.js';
import type { Allegation } from './allegation.js';
import type { Finding } from './finding.js';

/** A finding as it was when it was submitted. Never changed. */
@Entity({ name: 'submitted_finding' })
export class SubmittedFindingRow {
  @PrimaryColumn({ name: 'investigation_id', type: 'text' })
  investigationId!: string;

  @PrimaryColumn({ name: 'finding_id', type: 'text' })
  findingId!: string;

  @Column({ name: 'finding_version', type: 'integer' })
  findingVersion!: number;

  @Column({ name: 'allegation_id', type: 'text' })
  allegationId!: string;

  @Column({ name: 'legal_basis_code_at_submission', type: 'text' })
  legalBasisCodeAtSubmission!: string;

  @Column({ name: 'against_party_id_at_submission', type: 'text' })
  againstPartyIdAtSubmission!: string;

  @Column({ name: 'conclusion_at_submission', type: 'text' })
  conclusionAtSubmission!: Conclusion;

  @Column({ name: 'statement_at_submission', type: 'text' })
  statementAtSubmission!: string;

  @Column({ name: 'evidence_refs_at_submission', type: 'jsonb' })
  evidenceRefsAtSubmission!: EvidenceRef[];

  static of(finding: Finding, { legalBasisCode, againstPartyId }: Allegation): SubmittedFindingRow {
    const { investigationId, findingId, version, allegationId, conclusion, statement, evidenceRefs } = finding;
    return Object.assign(new SubmittedFindingRow(), {
      investigationId,
      findingId,
      findingVersion: version,
      allegationId,
      legalBasisCodeAtSubmission: legalBasisCode,
      againstPartyIdAtSubmission: againstPartyId,
      conclusionAtSubmission: conclusion,
      statementAtSubmission: statement,
      evidenceRefsAtSubmission: evidenceRefs,
    });
  }
}
