import { IsString, Matches } from 'class-validator';
import { idOf } from '../shared/values.js';

/** A merge was a mistake: the party stands for itself again. */
export class PartyUnmerged {
  static readonly type = 'PartyUnmerged';
  static readonly version = 1;

  @Matches(idOf('pty'))
  partyId!: string;

  @Matches(idOf('pty'))
  mergedInto!: string;

  @IsString()
  displayName!: string;
}
