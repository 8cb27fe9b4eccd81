import { Injectable } from '@nestjs/common';
import { ArrayMaxSize, ArrayUnique, IsArray, Matches } from 'class-validator';
import { requireOpenCase } from '../../../casework/closed-cases.js';
import { idOf } from '../../../contracts/shared/values.js';
import { currentCall } from '../../../platform/base/context.js';
import type { Answer } from '../../../platform/messaging/answer.js';
import { Work } from '../../../platform/messaging/work.js';
import { CaseAccess } from '../case-access.js';
import { refuseDecision } from '../decision.errors.js';
import { DecisionPackage } from './decision-package.js';

/** What the package is about; the evidence that the findings rest on comes with them at submission. */
export class PackageDraft {
  @Matches(idOf('case'))
  caseId!: string;

  @Matches(idOf('inv'))
  investigationId!: string;

  @IsArray()
  @ArrayMaxSize(200)
  @ArrayUnique()
  @Matches(idOf('ev'), { each: true })
  evidenceIds!: string[];

  /** A party of the case: whom the decision is about. */
  @Matches(idOf('pty'))
  subjectPartyId!: string;
}

@Injectable()
export class DraftPackage {
  constructor(
    private readonly cases: CaseAccess,
    private readonly work: Work,
  ) {}

  async run({ caseId, investigationId, evidenceIds, subjectPartyId }: PackageDraft): Promise<Answer> {
    const reference = await this.cases.find(caseId);
    if (!reference) throw refuseDecision.UNKNOWN_CASE();
    requireOpenCase(reference);
    if (!reference.parties.some(({ partyId }) => partyId === subjectPartyId))
      throw refuseDecision.SUBJECT_NOT_OF_CASE('Add the party to the case first.');
    return this.work.run((tx) => {
      const drafted = DecisionPackage.draft(
        { caseId, investigationId, evidenceIds, subjectPartyId },
        currentCall().actor.actorId,
        tx.occurredAt,
      );
      const { decisionPackageId, status } = drafted;
      tx.add(drafted);
      tx.audit({
        eventType: 'DecisionPackageDraftedAudit',
        action: 'DRAFT_DECISION_PACKAGE',
        subject: { caseId, decisionPackageId },
        subjectVersion: drafted.version,
        afterState: status,
        dataUsed: [`${caseId}@${reference.version}`],
      });
      return {
        status: 201,
        location: `/decision-packages/${decisionPackageId}`,
        body: { decisionPackageId, status },
        of: drafted,
      };
    });
  }
}
