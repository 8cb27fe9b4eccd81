import { Type } from 'class-transformer';
import { IsArray, IsString, Matches, ValidateNested } from 'class-validator';
import { EvidenceRef } from '../shared/evidence-ref.js';
import { PermittedAction } from '../shared/permitted-action.js';
import { idOf } from '../shared/values.js';

/**
 * Asks, for the caller, who may see the case, what Decision would let them do about it now. What its commands ask of
 * other owners comes with the question, as those have just answered: a question may not lead to another.
 */
export class GetDecisionActions {
  static readonly type = 'GetDecisionActions';
  static readonly answer = { each: PermittedAction };
  declare readonly _answer?: PermittedAction[];

  @Matches(idOf('case'))
  caseId!: string;

  @IsString()
  caseStatus!: string;

  @IsArray()
  @Matches(idOf('inv'), { each: true })
  submittedInvestigationIds!: string[];

  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => EvidenceRef)
  storedEvidence!: EvidenceRef[];
}
