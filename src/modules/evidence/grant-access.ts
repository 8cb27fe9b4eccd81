import { Injectable } from '@nestjs/common';
import { IsString, Length, Matches } from 'class-validator';
import { nameOfRef } from '../../contracts/shared/evidence-ref.js';
import { EvidenceAccessGranted } from '../../contracts/evidence/evidence-access-granted.v1.js';
import { currentCall } from '../../platform/base/context.js';
import type { Answer } from '../../platform/messaging/answer.js';
import { Work } from '../../platform/messaging/work.js';
import { AccessGrant } from './access-grant.js';
import { EvidenceAccess, loadCleared } from './evidence-access.js';
import { instantOf, IsInstant } from './instant.js';
import { IsOfficerId } from './officer-id.js';

export class GrantRequest {
  @IsOfficerId()
  granteeId!: string;

  @IsString()
  @Length(1, 1000)
  @Matches(/\S/, { message: 'purpose must not be blank' })
  purpose!: string;

  /** In the future, within a year. */
  @IsInstant()
  expiresAt!: string;
}

/** A grant is a thing of its own: it needs no version of the item, and changes none. */
@Injectable()
export class GrantAccess {
  constructor(
    private readonly work: Work,
    private readonly access: EvidenceAccess,
  ) {}

  async run(evidenceId: string, { granteeId, purpose, expiresAt }: GrantRequest): Promise<Answer> {
    await this.access.enter(evidenceId);
    return this.work.run(async (tx) => {
      const item = await loadCleared(tx, evidenceId);
      const given = { granteeId, purpose, expiresAt: instantOf('expiresAt', expiresAt) };
      const grant = AccessGrant.give(item, given, { by: currentCall().actor.actorId, at: tx.occurredAt });
      const { grantId, caseId } = grant;
      const ends = grant.expiresAt.toISOString();
      tx.add(grant);
      tx.publish(grant, EvidenceAccessGranted, { caseId, evidenceId, grantId, granteeId, expiresAt: ends });
      tx.audit({
        eventType: 'EvidenceAccessGrantedAudit',
        action: 'GRANT_EVIDENCE_ACCESS',
        subject: { caseId, evidenceId, grantId, granteeId },
        subjectVersion: grant.version,
        afterState: 'GRANTED',
        dataUsed: [`${evidenceId}@${item.version}`],
        evidenceRefs: item.evidenceVersion > 0 ? [nameOfRef(item)] : [],
      });
      return {
        status: 201,
        location: `/evidence/${evidenceId}/access-grants`,
        body: { grantId, evidenceId, granteeId, expiresAt: ends },
        of: grant,
      };
    });
  }
}
