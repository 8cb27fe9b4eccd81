import { Matches } from 'class-validator';
import { idOf, type Classification, type PartyRole } from '../shared/values.js';

/** Enough of a case to refer to it and to know who may see it. */
export interface CaseReference {
  caseId: string;
  caseNumber: string;
  status: string;
  classification: Classification;
  restrictedToTeam: boolean;
  team: string | null;
  version: number;
  parties: { partyId: string; role: PartyRole }[];
}

/** Asks Case Registry for a case; null when there is none. Whoever needs several asks GetCaseReferences. */
export class GetCaseReference {
  static readonly type = 'GetCaseReference';
  declare readonly _answer?: CaseReference | null;

  @Matches(idOf('case'))
  caseId!: string;
}
