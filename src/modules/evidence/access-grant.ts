import { Column, Entity, PrimaryColumn } from 'typeorm';
import { newId } from '../../platform/base/ids.js';
import { invalid } from '../../platform/base/refusal.js';
import { refuseEvidence } from './evidence.errors.js';
import type { EvidenceItem } from './evidence-item.js';

const LONGEST_YEARS = 1;

/** One officer may read one item in spite of what would keep them from it, for a purpose and a time. */
@Entity({ name: 'access_grant' })
export class AccessGrant {
  @PrimaryColumn({ name: 'grant_id', type: 'text' })
  grantId!: string;

  @Column({ type: 'integer' })
  version!: number;

  @Column({ name: 'evidence_id', type: 'text' })
  evidenceId!: string;

  @Column({ name: 'case_id', type: 'text' })
  caseId!: string;

  @Column({ name: 'grantee_id', type: 'text' })
  granteeId!: string;

  @Column({ type: 'text' })
  purpose!: string;

  @Column({ name: 'granted_at', type: 'timestamptz' })
  grantedAt!: Date;

  @Column({ name: 'granted_by', type: 'text' })
  grantedBy!: string;

  @Column({ name: 'expires_at', type: 'timestamptz' })
  expiresAt!: Date;

  @Column({ name: 'revoked_at', type: 'timestamptz', nullable: true })
  revokedAt!: Date | null;

  @Column({ name: 'revoked_by', type: 'text', nullable: true })
  revokedBy!: string | null;

  /**
   * @throws GRANT_TO_ONESELF
   * @throws VALIDATION_FAILED when it would end now or earlier, or last longer than a year
   */
  static give(
    { evidenceId, caseId }: Pick<EvidenceItem, 'evidenceId' | 'caseId'>,
    { granteeId, purpose, expiresAt }: { granteeId: string; purpose: string; expiresAt: Date },
    { by, at }: { by: string; at: Date },
  ): AccessGrant {
    if (granteeId === by) throw refuseEvidence.GRANT_TO_ONESELF();
    const latest = new Date(at);
    latest.setUTCFullYear(at.getUTCFullYear() + LONGEST_YEARS);
    if (expiresAt <= at || expiresAt > latest)
      throw invalid({ name: 'expiresAt', code: 'WITHIN_A_YEAR', reason: 'It must lie in the future, within a year.' });
    return Object.assign(new AccessGrant(), {
      grantId: newId('grant'),
      version: 0,
      evidenceId,
      caseId,
      granteeId,
      purpose,
      grantedAt: at,
      grantedBy: by,
      expiresAt,
      revokedAt: null,
      revokedBy: null,
    });
  }

  isLive(now: Date): boolean {
    return this.revokedAt === null && now < this.expiresAt;
  }

  /** @throws GRANT_ENDED when it was revoked, or its time is over */
  revoke({ by, at }: { by: string; at: Date }): void {
    if (!this.isLive(at)) throw refuseEvidence.GRANT_ENDED();
    this.revokedAt = at;
    this.revokedBy = by;
  }
}
