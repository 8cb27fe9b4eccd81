import { IsString, Length, Matches } from 'class-validator';
import { idOf } from '../shared/values.js';

/** What an allegation says. */
export class AllegationText {
  /** What is alleged to have happened. Stays with the owner. */
  @IsString()
  @Length(1, 20_000)
  @Matches(/\S/, { message: 'statement must not be blank' })
  statement!: string;

  /** The rule that is alleged to be broken, such as MGL-21E. */
  @IsString()
  @Length(1, 100)
  @Matches(/\S/, { message: 'legalBasisCode must not be blank' })
  legalBasisCode!: string;

  /** A party of the case. */
  @Matches(idOf('pty'))
  againstPartyId!: string;
}

/** Records what is alleged in the case's open investigation, for an officer whose case comes from elsewhere. */
export class RecordAllegation extends AllegationText {
  static readonly type = 'RecordAllegation';

  @Matches(idOf('case'))
  caseId!: string;
}
