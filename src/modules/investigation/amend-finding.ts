import { Injectable } from '@nestjs/common';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsString,
  Length,
  Matches,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { requireOpenCase } from '../../casework/closed-cases.js';
import { FindingAmended } from '../../contracts/investigation/finding-amended.v1.js';
import { CONCLUSIONS, type Conclusion } from '../../contracts/investigation/values.js';
import { EvidenceRef, nameOfRef } from '../../contracts/shared/evidence-ref.js';
import { given } from '../../platform/base/given.js';
import type { Answer } from '../../platform/messaging/answer.js';
import { Work } from '../../platform/messaging/work.js';
import { invalid } from '../../platform/base/refusal.js';
import { countChange } from './contents.js';
import { EvidenceOfCase } from './evidence-of-case.js';
import { FindInvestigations } from './find-investigations.js';
import { Finding } from './finding.js';

/** What changes in a finding; what is left out stays. */
export class FindingAmendment {
  @ValidateIf(({ statement }: FindingAmendment) => statement !== undefined)
  @IsString()
  @Length(1, 20_000)
  @Matches(/\S/, { message: 'statement must not be blank' })
  statement?: string;

  @ValidateIf(({ conclusion }: FindingAmendment) => conclusion !== undefined)
  @IsIn(CONCLUSIONS)
  conclusion?: Conclusion;

  @ValidateIf(({ evidenceRefs }: FindingAmendment) => evidenceRefs !== undefined)
  @IsArray()
  @ArrayMaxSize(100)
  @ArrayUnique(nameOfRef)
  @ValidateNested({ each: true })
  @Type(() => EvidenceRef)
  evidenceRefs?: EvidenceRef[];
}

@Injectable()
export class AmendFinding {
  constructor(
    private readonly work: Work,
    private readonly investigations: FindInvestigations,
    private readonly evidence: EvidenceOfCase,
  ) {}

  async run(findingId: string, amendment: FindingAmendment): Promise<Answer> {
    if (Object.keys(given(amendment)).length === 0)
      throw invalid({ name: 'body', code: 'IS_NOT_EMPTY', reason: 'Name at least one field to amend.' });
    const { found, of } = await this.investigations.one('finding', findingId);
    requireOpenCase(of);
    const heard = await this.evidence.require(found.caseId, amendment.evidenceRefs ?? []);
    return this.work.run(async (tx) => {
      const finding = await tx.loadExpected(Finding, findingId);
      const { caseId, investigationId, allegationId, conclusion } = finding;
      finding.amend(amendment, heard);
      countChange(tx, investigationId);
      tx.publish(finding, FindingAmended, finding.published);
      tx.audit({
        eventType: 'FindingAmendedAudit',
        action: 'AMEND_FINDING',
        subject: { caseId, investigationId, findingId },
        subjectVersion: finding.version,
        beforeState: conclusion,
        afterState: finding.conclusion,
        dataUsed: [`${findingId}@${finding.version - 1}`],
        evidenceRefs: finding.evidenceNamed,
      });
      return { body: { findingId, allegationId, investigationId, caseId }, of: finding };
    });
  }
}
