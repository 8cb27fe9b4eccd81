import { IsIn, IsInt, Matches } from 'class-validator';
import { CONTACT_CHANNELS, idOf, type ContactChannel } from '../shared/values.js';

/** A party wishes to be reached otherwise. */
export class PartyContactPreferenceChanged {
  static readonly type = 'PartyContactPreferenceChanged';
  static readonly version = 1;

  @Matches(idOf('pty'))
  partyId!: string;

  @IsInt()
  contactPreferenceVersion!: number;

  @IsIn(CONTACT_CHANNELS)
  channel!: ContactChannel;
}
