import { Injectable } from '@nestjs/common';
import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayUnique, IsArray, IsIn, IsString, Length, Matches, ValidateNested } from 'class-validator';
import { requireOpenCase } from '../../casework/closed-cases.js';
import { FindingRecorded } from '../../contracts/investigation/finding-recorded.v1.js';
import { CONCLUSIONS, type Conclusion } from '../../contracts/investigation/values.js';
import { EvidenceRef, nameOfRef } from '../../contracts/shared/evidence-ref.js';
import { currentCall } from '../../platform/base/context.js';
import type { Answer } from '../../platform/messaging/answer.js';
import { Work } from '../../platform/messaging/work.js';
import { countChange } from './contents.js';
import { EvidenceOfCase } from './evidence-of-case.js';
import { FindInvestigations } from './find-investigations.js';
import { Finding, type FindingContent } from './finding.js';

export class FindingText implements FindingContent {
  /** What was found. Stays with the owner. */
  @IsString()
  @Length(1, 20_000)
  @Matches(/\S/, { message: 'statement must not be blank' })
  statement!: string;

  @IsIn(CONCLUSIONS)
  conclusion!: Conclusion;

  /** The versions of evidence that the finding rests on; may be empty where none speaks for it. */
  @IsArray()
  @ArrayMaxSize(100)
  @ArrayUnique(nameOfRef)
  @ValidateNested({ each: true })
  @Type(() => EvidenceRef)
  evidenceRefs!: EvidenceRef[];
}

@Injectable()
export class RecordFinding {
  constructor(
    private readonly work: Work,
    private readonly investigations: FindInvestigations,
    private readonly evidence: EvidenceOfCase,
  ) {}

  async run(allegationId: string, input: FindingText): Promise<Answer> {
    const { found: allegation, of } = await this.investigations.one('allegation', allegationId);
    requireOpenCase(of);
    const heard = await this.evidence.require(allegation.caseId, input.evidenceRefs);
    return this.work.run((tx) => {
      const finding = Finding.record(allegation, input, { by: currentCall().actor.actorId, at: tx.occurredAt, heard });
      const { caseId, investigationId, findingId } = finding;
      countChange(tx, investigationId);
      tx.add(finding);
      tx.publish(finding, FindingRecorded, finding.published);
      tx.audit({
        eventType: 'FindingRecordedAudit',
        action: 'RECORD_FINDING',
        subject: { caseId, investigationId, findingId },
        subjectVersion: finding.version,
        afterState: finding.conclusion,
        dataUsed: [`${allegationId}@${allegation.version}`],
        evidenceRefs: finding.evidenceNamed,
      });
      return {
        status: 201,
        location: `/findings/${findingId}`,
        body: { findingId, allegationId, investigationId, caseId },
        of: finding,
      };
    });
  }
}
