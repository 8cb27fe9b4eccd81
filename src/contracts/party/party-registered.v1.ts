import { IsIn, IsString, Matches } from 'class-validator';
import { CLASSIFICATIONS, idOf, PARTY_KINDS, type Classification, type PartyKind } from '../shared/values.js';

/** A party is known. Its address and e-mail are never in an event: ask the owner. */
export class PartyRegistered {
  static readonly type = 'PartyRegistered';
  static readonly version = 1;

  @Matches(idOf('pty'))
  partyId!: string;

  @IsIn(PARTY_KINDS)
  kind!: PartyKind;

  @IsString()
  displayName!: string;

  @IsIn(CLASSIFICATIONS)
  classification!: Classification;
}
