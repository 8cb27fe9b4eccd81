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

/** Asks Party what these parties are now. Unknown ids are left out of the answer. */
export class GetPartySnapshot {
  static readonly type = 'GetPartySnapshot';
  declare readonly _answer?: PartySnapshot[];

  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(100)
  @Matches(idOf('pty'), { each: true })
  partyIds!: string[];
}
