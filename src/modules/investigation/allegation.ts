import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { AllegationText } from '../../contracts/investigation/record-allegation.js';
import { given } from '../../platform/base/given.js';
import { newId } from '../../platform/base/ids.js';
import type { Investigation } from './investigation.js';

/** What is alleged against a party of the case. */
@Entity({ name: 'allegation' })
export class Allegation {
  @PrimaryColumn({ name: 'allegation_id', type: 'text' })
  allegationId!: string;

  @Column({ type: 'integer' })
  version!: number;

  @Column({ name: 'investigation_id', type: 'text' })
  investigationId!: string;

  @Column({ name: 'case_id', type: 'text' })
  caseId!: string;

  @Column({ type: 'text' })
  statement!: string;

  @Column({ name: 'legal_basis_code', type: 'text' })
  legalBasisCode!: string;

  @Column({ name: 'against_party_id', type: 'text' })
  againstPartyId!: string;

  @Column({ name: 'recorded_at', type: 'timestamptz' })
  recordedAt!: Date;

  @Column({ name: 'recorded_by', type: 'text' })
  recordedBy!: string;

  static record(
    { investigationId, caseId }: Investigation,
    { statement, legalBasisCode, againstPartyId }: AllegationText,
    { by, at }: { by: string; at: Date },
  ): Allegation {
    return Object.assign(new Allegation(), {
      allegationId: newId('alg'),
      version: 0,
      investigationId,
      caseId,
      statement,
      legalBasisCode,
      againstPartyId,
      recordedAt: at,
      recordedBy: by,
    });
  }

  amend(change: Partial<AllegationText>): void {
    Object.assign(this, given(change));
  }

  /** What an event may say of it: all but the statement. */
  get published(): {
    caseId: string;
    investigationId: string;
    allegationId: string;
    legalBasisCode: string;
    againstPartyId: string;
  } {
    const { caseId, investigationId, allegationId, legalBasisCode, againstPartyId } = this;
    return { caseId, investigationId, allegationId, legalBasisCode, againstPartyId };
  }
}
