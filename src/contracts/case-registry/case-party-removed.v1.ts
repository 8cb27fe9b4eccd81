import { IsIn, Matches } from 'class-validator';
import { idOf, PARTY_ROLES, type PartyRole } from '../shared/values.js';

/** A party has no longer this role in the case. */
export class CasePartyRemoved {
  static readonly type = 'CasePartyRemoved';
  static readonly version = 1;

  @Matches(idOf('case'))
  caseId!: string;

  @Matches(idOf('pty'))
  partyId!: string;

  @IsIn(PARTY_ROLES)
  role!: PartyRole;
}
