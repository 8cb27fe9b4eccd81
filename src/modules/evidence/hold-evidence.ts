import { Injectable } from '@nestjs/common';
import { IsBoolean, IsString, Length, Matches } from 'class-validator';
import { nameOfRef } from '../../contracts/shared/evidence-ref.js';
import { EvidenceHeld } from '../../contracts/evidence/evidence-held.v1.js';
import type { Answer } from '../../platform/messaging/answer.js';
import { Work } from '../../platform/messaging/work.js';
import { noteCustody } from './custody-event.js';
import { EvidenceAccess, loadCleared } from './evidence-access.js';

export class LegalHold {
  @IsBoolean()
  held!: boolean;

  @IsString()
  @Length(1, 1000)
  @Matches(/\S/, { message: 'reason must not be blank' })
  reason!: string;
}

/** Puts an item under legal hold, or lifts it: no disposal of it may be asked for, or carried out, while it stands. */
@Injectable()
export class HoldEvidence {
  constructor(
    private readonly work: Work,
    private readonly access: EvidenceAccess,
  ) {}

  async run(evidenceId: string, { held, reason }: LegalHold): Promise<Answer> {
    await this.access.enter(evidenceId);
    return this.work.run(async (tx) => {
      const item = await loadCleared(tx, evidenceId);
      item.hold(held);
      const { caseId, evidenceVersion } = item;
      tx.publish(item, EvidenceHeld, { caseId, evidenceId, held });
      noteCustody(tx, evidenceId, 'HELD', { held }, reason);
      tx.audit({
        eventType: 'EvidenceHeldAudit',
        action: held ? 'HOLD_EVIDENCE' : 'RELEASE_EVIDENCE',
        subject: { caseId, evidenceId },
        subjectVersion: item.version,
        beforeState: held ? 'NOT_HELD' : 'HELD',
        afterState: held ? 'HELD' : 'NOT_HELD',
        dataUsed: [`${evidenceId}@${item.version - 1}`],
        evidenceRefs: evidenceVersion > 0 ? [nameOfRef(item)] : [],
      });
      return { body: { evidenceId, held }, of: item };
    });
  }
}
