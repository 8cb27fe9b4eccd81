import { Injectable } from '@nestjs/common';
import { IsIn } from 'class-validator';
import { requireOpenCase } from '../../casework/closed-cases.js';
import { FindingsSubmitted } from '../../contracts/investigation/findings-submitted.v1.js';
import { RECOMMENDATIONS, type Recommendation } from '../../contracts/investigation/values.js';
import { currentCall } from '../../platform/base/context.js';
import type { Answer } from '../../platform/messaging/answer.js';
import { Work } from '../../platform/messaging/work.js';
import { Allegation } from './allegation.js';
import { complete } from './complete.js';
import { changesSoFar, closeContents } from './contents.js';
import { FindInvestigations } from './find-investigations.js';
import { Finding } from './finding.js';
import { Investigation } from './investigation.js';
import { SubmittedFindingRow } from './submitted-finding.js';

export class FindingsSubmission {
  @IsIn(RECOMMENDATIONS)
  recommendation!: Recommendation;
}

/** Freezes the findings as they are. With no further action recommended, the investigation is complete at once. */
@Injectable()
export class SubmitFindings {
  constructor(
    private readonly work: Work,
    private readonly investigations: FindInvestigations,
  ) {}

  async run(investigationId: string, { recommendation }: FindingsSubmission): Promise<Answer> {
    const { of } = await this.investigations.one('investigation', investigationId);
    requireOpenCase(of);
    return this.work.run(async (tx) => {
      const investigation = await tx.loadExpected(Investigation, investigationId);
      const { caseId } = investigation;
      // Read before what it counts, so that a change in between is noticed.
      const changes = await changesSoFar(tx, investigationId);
      const allegations = new Map(
        (await tx.findBy(Allegation, { investigationId })).map((each) => [each.allegationId, each]),
      );
      const findings = await tx.findBy(Finding, { investigationId });
      investigation.submit(recommendation, findings.length, {
        by: currentCall().actor.actorId,
        at: tx.occurredAt,
      });
      closeContents(tx, investigationId, changes);
      for (const finding of findings) {
        const allegation = allegations.get(finding.allegationId);
        if (allegation) tx.add(SubmittedFindingRow.of(finding, allegation));
      }
      const findingIds = findings.map(({ findingId }) => findingId).sort();
      tx.publish(investigation, FindingsSubmitted, { caseId, investigationId, recommendation, findingIds });
      tx.audit({
        eventType: 'FindingsSubmittedAudit',
        action: 'SUBMIT_FINDINGS',
        subject: { caseId, investigationId },
        subjectVersion: investigation.version,
        beforeState: 'OPEN',
        afterState: 'SUBMITTED',
        reasonCode: recommendation,
        dataUsed: findings.map(({ findingId, version }) => `${findingId}@${version}`),
        evidenceRefs: [...new Set(findings.flatMap((finding) => finding.evidenceNamed))],
      });
      if (recommendation === 'NO_FURTHER_ACTION') complete(tx, investigation);
      return {
        body: { investigationId, caseId, status: investigation.status, recommendation },
        of: investigation,
      };
    });
  }
}
