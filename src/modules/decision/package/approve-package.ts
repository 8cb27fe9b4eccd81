import { Injectable } from '@nestjs/common';
import { requireOpenCase } from '../../../casework/closed-cases.js';
import { DecisionFinalized } from '../../../contracts/decision/decision-finalized.v1.js';
import { currentCall } from '../../../platform/base/context.js';
import type { Answer } from '../../../platform/messaging/answer.js';
import { Work } from '../../../platform/messaging/work.js';

import { decidedOutcome, DecisionReasoning, DecisionVersion } from '../outcome/decision-version.js';
import { requireSound, termsOf, type Determination } from '../outcome/determination.js';
import { DecisionPackage } from './decision-package.js';
import { FindPackage } from './find-package.js';
import { classificationsIn, evidenceRefsOf, EvidenceSnapshot, PackageSubmission } from './package-snapshot.js';

/** Makes the decision: once, by another person than the one who submitted the package. */
@Injectable()
export class ApprovePackage {
  constructor(
    private readonly packages: FindPackage,
    private readonly work: Work,
  ) {}

  async run(decisionPackageId: string, determination: Determination): Promise<Answer> {
    const { reference } = await this.packages.byId(decisionPackageId);
    requireOpenCase(reference);
    const terms = termsOf(determination);
    const { actor } = currentCall();
    return this.work.run(async (tx) => {
      const approved = await tx.loadExpected(DecisionPackage, decisionPackageId);
      const { status: beforeState, submission, caseId, subjectPartyId } = approved;
      const [[considered], evidence] = await Promise.all([
        tx.findBy(PackageSubmission, { decisionPackageId, submission }),
        tx.findBy(EvidenceSnapshot, { decisionPackageId, submission }),
      ]);
      const classifications = considered ? classificationsIn({ submission: considered, evidence }) : [];
      const decisionId = approved.approve(actor, classifications, tx.occurredAt);
      if (!considered) throw new Error('A submitted package has no snapshot.');
      const ofCase = [subjectPartyId, ...reference.parties.map(({ partyId }) => partyId)];
      requireSound(terms, determination.reasoning, ofCase);
      const decision = DecisionVersion.first(approved, terms, considered, tx.occurredAt);
      const { decisionVersion, outcome } = decision;
      tx.add(decision, DecisionReasoning.of(decision, determination.reasoning));
      tx.publish(approved, DecisionFinalized, decidedOutcome(decision));
      tx.audit({
        eventType: 'DecisionApprovedAudit',
        action: 'APPROVE_DECISION',
        subject: { caseId, decisionPackageId, decisionId },
        subjectVersion: approved.version,
        beforeState,
        afterState: approved.status,
        dataUsed: [
          `${decisionPackageId}@${approved.version - 1}`,
          `${caseId}@${reference.version}`,
          `${considered.partyId}@${considered.partyVersionAtSubmission}`,
        ],
        evidenceRefs: evidenceRefsOf(evidence),
        reasonCode: outcome,
      });
      const { status } = approved;
      return {
        body: { decisionPackageId, decisionId, decisionVersion, status, outcome },
        of: approved,
      };
    });
  }
}
