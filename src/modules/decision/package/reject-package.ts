import { Injectable } from '@nestjs/common';
import { DecisionPackageRejected } from '../../../contracts/decision/decision-package-rejected.v1.js';
import { currentCall } from '../../../platform/base/context.js';
import type { Answer } from '../../../platform/messaging/answer.js';
import { Work } from '../../../platform/messaging/work.js';
import type { Reason } from '../reason.js';
import { DecisionPackage } from './decision-package.js';
import { FindPackage } from './find-package.js';
import { evidenceRefsOf, EvidenceSnapshot, PackageRejection } from './package-snapshot.js';

/** Sends a package back; only a new submission leads on. */
@Injectable()
export class RejectPackage {
  constructor(
    private readonly packages: FindPackage,
    private readonly work: Work,
  ) {}

  async run(decisionPackageId: string, { reason }: Reason): Promise<Answer> {
    const { reference } = await this.packages.byId(decisionPackageId);
    const { actorId } = currentCall().actor;
    return this.work.run(async (tx) => {
      const rejected = await tx.loadExpected(DecisionPackage, decisionPackageId);
      const { status: beforeState, caseId, investigationId, submission } = rejected;
      rejected.reject(actorId);
      const evidence = await tx.findBy(EvidenceSnapshot, { decisionPackageId, submission });
      tx.add(
        Object.assign(new PackageRejection(), {
          decisionPackageId,
          submission,
          rejectedBy: actorId,
          rejectedAt: tx.occurredAt,
          reason,
        }),
      );
      tx.publish(rejected, DecisionPackageRejected, { caseId, investigationId, decisionPackageId, submission });
      tx.audit({
        eventType: 'DecisionPackageRejectedAudit',
        action: 'REJECT_DECISION_PACKAGE',
        subject: { caseId, decisionPackageId },
        subjectVersion: rejected.version,
        beforeState,
        afterState: rejected.status,
        dataUsed: [`${decisionPackageId}@${rejected.version - 1}`, `${caseId}@${reference.version}`],
        evidenceRefs: evidenceRefsOf(evidence),
        reasonCode: 'SENT_BACK',
      });
      return { body: { decisionPackageId, status: rejected.status }, of: rejected };
    });
  }
}
