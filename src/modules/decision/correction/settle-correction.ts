import { Injectable } from '@nestjs/common';
import { currentCall } from '../../../platform/base/context.js';
import type { Answer } from '../../../platform/messaging/answer.js';
import { Work } from '../../../platform/messaging/work.js';
import { FindPackage } from '../package/find-package.js';
import type { Reason } from '../reason.js';
import type { DecisionCorrection } from './decision-correction.js';
import { loadCorrection } from './find-correction.js';
import type { NamedAuthority } from './request-correction.js';

interface Settlement {
  eventType: string;
  action: string;
  change: (correction: DecisionCorrection, by: string, at: Date) => void;
}

/** Everything that can become of a correction but that it takes effect. The decision stays as it is. */
@Injectable()
export class SettleCorrection {
  constructor(
    private readonly packages: FindPackage,
    private readonly work: Work,
  ) {}

  reject(decisionId: string, correctionId: string, { reason }: Reason): Promise<Answer> {
    return this.run(decisionId, correctionId, {
      eventType: 'DecisionCorrectionRejectedAudit',
      action: 'REJECT_DECISION_CORRECTION',
      change: (correction, by, at) => correction.reject(by, reason, at),
    });
  }

  withdraw(decisionId: string, correctionId: string): Promise<Answer> {
    return this.run(decisionId, correctionId, {
      eventType: 'DecisionCorrectionWithdrawnAudit',
      action: 'WITHDRAW_DECISION_CORRECTION',
      change: (correction, by, at) => correction.withdraw(by, at),
    });
  }

  handOver(decisionId: string, correctionId: string, { approvedBy }: NamedAuthority): Promise<Answer> {
    return this.run(decisionId, correctionId, {
      eventType: 'DecisionCorrectionHandedOverAudit',
      action: 'HAND_OVER_DECISION_CORRECTION',
      change: (correction, by, at) => correction.handOver(approvedBy, by, at),
    });
  }

  private async run(
    decisionId: string,
    correctionId: string,
    { eventType, action, change }: Settlement,
  ): Promise<Answer> {
    const { found } = await this.packages.ofDecision(decisionId);
    const { caseId, decisionPackageId } = found;
    return this.work.run(async (tx) => {
      const correction = await loadCorrection(tx, decisionId, correctionId);
      const { status: beforeState, version } = correction;
      change(correction, currentCall().actor.actorId, tx.occurredAt);
      tx.change(correction);
      tx.audit({
        eventType,
        action,
        subject: { caseId, decisionPackageId, decisionId, correctionId },
        subjectVersion: correction.version,
        beforeState,
        afterState: correction.status,
        dataUsed: [`${correctionId}@${version}`],
      });
      const { status, approvedBy } = correction;
      return { body: { correctionId, decisionId, status, approvedBy }, of: correction };
    });
  }
}
