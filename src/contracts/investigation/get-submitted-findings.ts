import { Type } from 'class-transformer';
import { IsArray, IsIn, IsInt, IsISO8601, IsString, Matches, ValidateNested } from 'class-validator';
import { EvidenceRef } from '../shared/evidence-ref.js';
import { idOf } from '../shared/values.js';
import { CONCLUSIONS, RECOMMENDATIONS, type Conclusion, type Recommendation } from './values.js';

/** A finding as it was when it was submitted. Its statement is sensitive: never in an event, a log or an error. */
export class SubmittedFinding {
  @Matches(idOf('fnd'))
  findingId!: string;

  @IsInt()
  findingVersion!: number;

  @Matches(idOf('alg'))
  allegationId!: string;

  @IsString()
  legalBasisCode!: string;

  @Matches(idOf('pty'))
  againstPartyId!: string;

  @IsIn(CONCLUSIONS)
  conclusion!: Conclusion;

  @IsString()
  statement!: string;

  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => EvidenceRef)
  evidenceRefs!: EvidenceRef[];
}

export class SubmittedFindings {
  @Matches(idOf('inv'))
  investigationId!: string;

  @IsInt()
  investigationVersion!: number;

  @Matches(idOf('case'))
  caseId!: string;

  @IsIn(RECOMMENDATIONS)
  recommendation!: Recommendation;

  @IsISO8601()
  submittedAt!: string;

  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => SubmittedFinding)
  findings!: SubmittedFinding[];
}

/** Asks Investigation for what was submitted; null when there is no such investigation or nothing is submitted yet. */
export class GetSubmittedFindings {
  static readonly type = 'GetSubmittedFindings';
  static readonly answer = { oneOrNone: SubmittedFindings };
  declare readonly _answer?: SubmittedFindings | null;

  @Matches(idOf('inv'))
  investigationId!: string;
}
