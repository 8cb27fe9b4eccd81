import { Injectable } from '@nestjs/common';
import { EvidenceAccessRevoked } from '../../contracts/evidence/evidence-access-revoked.v1.js';
import { currentCall } from '../../platform/base/context.js';
import type { Answer } from '../../platform/messaging/answer.js';
import { Work } from '../../platform/messaging/work.js';
import { refuse } from '../../platform/base/refusal.js';
import { AccessGrant } from './access-grant.js';
import { EvidenceAccess, loadCleared } from './evidence-access.js';

/** Ends a grant before its time. Nobody needs to have seen its version: it can only end. */
@Injectable()
export class RevokeAccess {
  constructor(
    private readonly work: Work,
    private readonly access: EvidenceAccess,
  ) {}

  async run(evidenceId: string, grantId: string): Promise<Answer> {
    await this.access.enter(evidenceId);
    return this.work.run(async (tx) => {
      const item = await loadCleared(tx, evidenceId);
      const grant = await tx.load(AccessGrant, grantId);
      if (grant.evidenceId !== evidenceId) throw refuse.NOT_FOUND();
      grant.revoke({ by: currentCall().actor.actorId, at: tx.occurredAt });
      const { caseId, granteeId } = grant;
      tx.publish(grant, EvidenceAccessRevoked, { caseId, evidenceId, grantId, granteeId });
      tx.audit({
        eventType: 'EvidenceAccessRevokedAudit',
        action: 'REVOKE_EVIDENCE_ACCESS',
        subject: { caseId, evidenceId, grantId, granteeId },
        subjectVersion: grant.version,
        beforeState: 'GRANTED',
        afterState: 'REVOKED',
        dataUsed: [`${evidenceId}@${item.version}`, `${grantId}@${grant.version - 1}`],
      });
      return { status: 204, body: {} };
    });
  }
}
