import { Injectable } from '@nestjs/common';
import { requireOpenCase } from '../../../casework/closed-cases.js';
import { DecisionPackageSubmitted } from '../../../contracts/decision/decision-package-submitted.v1.js';
import { currentCall } from '../../../platform/base/context.js';
import type { Answer } from '../../../platform/messaging/answer.js';
import { Work } from '../../../platform/messaging/work.js';

import { stageCaptured } from '../review/evidence-watch.js';
import { captureSnapshot } from './capture-snapshot.js';
import { DecisionPackage } from './decision-package.js';
import { FindPackage } from './find-package.js';
import { GatherAnswers } from './gather-answers.js';
import { evidenceRefsOf } from './package-snapshot.js';

/** Lays the package before an authority, with what its owners say of everything that it rests on. */
@Injectable()
export class SubmitPackage {
  constructor(
    private readonly packages: FindPackage,
    private readonly gather: GatherAnswers,
    private readonly work: Work,
  ) {}

  async run(decisionPackageId: string): Promise<Answer> {
    const { found, reference } = await this.packages.byId(decisionPackageId);
    requireOpenCase(reference);
    const gathered = await this.gather.for(found, reference);
    const { actorId } = currentCall().actor;
    return this.work.run(async (tx) => {
      const submitted = await tx.loadExpected(DecisionPackage, decisionPackageId);
      const { status: beforeState, caseId, investigationId } = submitted;
      submitted.submit(actorId, tx.occurredAt);
      const { submission, findings, evidence } = captureSnapshot(submitted, gathered, actorId, tx.occurredAt);
      tx.add(submission, ...findings, ...evidence);
      stageCaptured(
        tx,
        evidence.map(({ evidenceId }) => evidenceId),
        gathered.watched,
      );
      tx.publish(submitted, DecisionPackageSubmitted, {
        caseId,
        investigationId,
        decisionPackageId,
        submission: submitted.submission,
      });
      tx.audit({
        eventType: 'DecisionPackageSubmittedAudit',
        action: 'SUBMIT_DECISION_PACKAGE',
        subject: { caseId, decisionPackageId },
        subjectVersion: submitted.version,
        beforeState,
        afterState: submitted.status,
        dataUsed: [
          `${decisionPackageId}@${submitted.version - 1}`,
          `${caseId}@${reference.version}`,
          `${investigationId}@${gathered.findings?.investigationVersion ?? 0}`,
          `${submission.partyId}@${submission.partyVersionAtSubmission}`,
          ...findings.map(({ findingId, findingVersion }) => `${findingId}@${findingVersion}`),
        ],
        evidenceRefs: evidenceRefsOf(evidence),
      });
      const { status } = submitted;
      return {
        body: { decisionPackageId, status, submission: submitted.submission, capturedAt: tx.occurredAt.toISOString() },
        of: submitted,
      };
    });
  }
}
