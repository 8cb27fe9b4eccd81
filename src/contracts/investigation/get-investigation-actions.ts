import { Type } from 'class-transformer';
import { IsArray, IsString, Matches, ValidateNested } from 'class-validator';
import { PermittedAction } from '../shared/permitted-action.js';
import { idOf } from '../shared/values.js';

export class InvestigationActions {
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => PermittedAction)
  actions!: PermittedAction[];

  /** Investigations of the case whose findings were submitted: what others need to know for their own rules. */
  @IsArray()
  @Matches(idOf('inv'), { each: true })
  submittedInvestigationIds!: string[];
}

/** Asks, for the caller, who may see the case, what Investigation would let them do about it now. */
export class GetInvestigationActions {
  static readonly type = 'GetInvestigationActions';
  static readonly answer = { one: InvestigationActions };
  declare readonly _answer?: InvestigationActions;

  @Matches(idOf('case'))
  caseId!: string;

  @IsString()
  caseStatus!: string;
}
