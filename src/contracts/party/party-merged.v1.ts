import { IsString, Matches } from 'class-validator';
import { idOf } from '../shared/values.js';

/** A party turned out to be another one; its id stays and stands for the survivor. */
export class PartyMerged {
  static readonly type = 'PartyMerged';
  static readonly version = 1;

  @Matches(idOf('pty'))
  partyId!: string;

  @Matches(idOf('pty'))
  mergedInto!: string;

  /** The survivor's. */
  @IsString()
  displayName!: string;
}
