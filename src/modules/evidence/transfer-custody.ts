import { Injectable } from '@nestjs/common';
import { IsOptional, IsString, Length } from 'class-validator';
import { nameOfRef } from '../../contracts/shared/evidence-ref.js';
import { EvidenceCustodyTransferred } from '../../contracts/evidence/evidence-custody-transferred.v1.js';
import type { Answer } from '../../platform/messaging/answer.js';
import { Work } from '../../platform/messaging/work.js';
import { noteCustody } from './custody-event.js';
import { EvidenceAccess, loadCleared } from './evidence-access.js';
import { IsOfficerId } from './officer-id.js';

export class CustodyTransfer {
  /** The officer who takes it over. */
  @IsOfficerId()
  to!: string;

  @IsOptional()
  @IsString()
  @Length(1, 1000)
  reason?: string;
}

@Injectable()
export class TransferCustody {
  constructor(
    private readonly work: Work,
    private readonly access: EvidenceAccess,
  ) {}

  async run(evidenceId: string, { to, reason }: CustodyTransfer): Promise<Answer> {
    await this.access.enter(evidenceId);
    return this.work.run(async (tx) => {
      const item = await loadCleared(tx, evidenceId);
      const from = item.transferTo(to);
      const { caseId, evidenceVersion } = item;
      tx.publish(item, EvidenceCustodyTransferred, { caseId, evidenceId, from, to });
      noteCustody(tx, evidenceId, 'TRANSFERRED', { from, to }, reason);
      tx.audit({
        eventType: 'EvidenceCustodyTransferredAudit',
        action: 'TRANSFER_CUSTODY',
        subject: { caseId, evidenceId },
        subjectVersion: item.version,
        beforeState: from,
        afterState: to,
        dataUsed: [`${evidenceId}@${item.version - 1}`],
        evidenceRefs: evidenceVersion > 0 ? [nameOfRef(item)] : [],
      });
      return { body: { evidenceId, custodianId: to }, of: item };
    });
  }
}
