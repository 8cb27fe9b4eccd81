import { IsIn, IsInt, Matches } from 'class-validator';
import { idOf, PARTY_ROLES, type PartyRole } from '../shared/values.js';

/** A party was added to a case after registration. */
export class CasePartyAdded {
  static readonly type = 'CasePartyAdded';
  static readonly version = 1;

  @Matches(idOf('case'))
  caseId!: string;

  @Matches(idOf('pty'))
  partyId!: string;

  @IsIn(PARTY_ROLES)
  role!: PartyRole;

  /** The party's version when it was added. */
  @IsInt()
  partyVersionAtRegistration!: number;
}
