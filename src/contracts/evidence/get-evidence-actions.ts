import { Type } from 'class-transformer';
import { IsArray, IsString, Matches, ValidateNested } from 'class-validator';
import { EvidenceRef } from '../shared/evidence-ref.js';
import { PermittedAction } from '../shared/permitted-action.js';
import { idOf } from '../shared/values.js';

export class EvidenceActions {
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => PermittedAction)
  actions!: PermittedAction[];

  /** Items of the case that have content, at their newest: what others need to know for their own rules. */
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => EvidenceRef)
  storedEvidence!: EvidenceRef[];
}

/** Asks, for the caller, who may see the case, what Evidence would let them do about it now. */
export class GetEvidenceActions {
  static readonly type = 'GetEvidenceActions';
  static readonly answer = { one: EvidenceActions };
  declare readonly _answer?: EvidenceActions;

  @Matches(idOf('case'))
  caseId!: string;

  @IsString()
  caseStatus!: string;
}
