import { IsString, Matches } from 'class-validator';
import type { PermittedAction } from '../shared/permitted-action.js';
import { idOf } from '../shared/values.js';

export interface InvestigationActions {
  actions: PermittedAction[];
  /** Investigations of the case whose findings were submitted: what others need to know for their own rules. */
  submittedInvestigationIds: string[];
}

/** Asks, for the caller, who may see the case, what Investigation would let them do about it now. */
export class GetInvestigationActions {
  static readonly type = 'GetInvestigationActions';
  declare readonly _answer?: InvestigationActions;

  @Matches(idOf('case'))
  caseId!: string;

  @IsString()
  caseStatus!: string;
}
