import { ArrayMaxSize, ArrayNotEmpty, IsArray, IsIn, IsInt, IsOptional, IsString, Matches } from 'class-validator';
import { CLASSIFICATIONS, idOf, PARTY_KINDS, type Classification, type PartyKind } from '../shared/values.js';

/** What a party is called now, at which version. */
export class PartySnapshot {
  @Matches(idOf('pty'))
  partyId!: string;

  @IsInt()
  partyVersion!: number;

  @IsIn(PARTY_KINDS)
  kind!: PartyKind;

  @IsString()
  legalName!: string;

  @IsOptional()
  @IsString()
  registrationNumber?: string;

  @IsIn(CLASSIFICATIONS)
  classification!: Classification;

  /** Set when the party was merged into another. */
  @IsOptional()
  @Matches(idOf('pty'))
  mergedInto?: string;
}

export const PARTIES_AT_ONCE = 100;

/** Asks Party what these parties are now. Unknown ids are left out of the answer. */
export class GetPartySnapshot {
  static readonly type = 'GetPartySnapshot';
  static readonly answer = { each: PartySnapshot };
  declare readonly _answer?: PartySnapshot[];

  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(PARTIES_AT_ONCE)
  @Matches(idOf('pty'), { each: true })
  partyIds!: string[];
}
