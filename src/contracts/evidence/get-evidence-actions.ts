import { IsString, Matches } from 'class-validator';
import type { EvidenceRef } from '../shared/evidence-ref.js';
import type { PermittedAction } from '../shared/permitted-action.js';
import { idOf } from '../shared/values.js';

export interface EvidenceActions {
  actions: PermittedAction[];
  /** Items of the case that have content, at their newest: what others need to know for their own rules. */
  storedEvidence: EvidenceRef[];
}

/** Asks, for the caller, who may see the case, what Evidence would let them do about it now. */
export class GetEvidenceActions {
  static readonly type = 'GetEvidenceActions';
  declare readonly _answer?: EvidenceActions;

  @Matches(idOf('case'))
  caseId!: string;

  @IsString()
  caseStatus!: string;
}
