import { IsString, Length, Matches } from 'class-validator';

/** Why something was sent back, corrected or concluded. Stays here: it is in no event and no audit record. */
export class Reason {
  @IsString()
  @Length(1, 5_000)
  @Matches(/\S/, { message: 'reason must not be blank' })
  reason!: string;
}
