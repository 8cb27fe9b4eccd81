import { IsIn, IsInt, IsString, Matches } from 'class-validator';
import { CLASSIFICATIONS, idOf, type Classification } from '../shared/values.js';

/** A party's legal profile or address has changed. */
export class PartyProfileChanged {
  static readonly type = 'PartyProfileChanged';
  static readonly version = 1;

  @Matches(idOf('pty'))
  partyId!: string;

  /** Of the legal profile; the event's own version is the party's. */
  @IsInt()
  profileVersion!: number;

  @IsString()
  displayName!: string;

  @IsIn(CLASSIFICATIONS)
  classification!: Classification;
}
