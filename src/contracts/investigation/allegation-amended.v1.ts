import { IsString, Matches } from 'class-validator';
import { idOf } from '../shared/values.js';

/** An allegation was changed; the payload says what it is now. The statement stays with its owner. */
export class AllegationAmended {
  static readonly type = 'AllegationAmended';
  static readonly version = 1;

  @Matches(idOf('case'))
  caseId!: string;

  @Matches(idOf('inv'))
  investigationId!: string;

  @Matches(idOf('alg'))
  allegationId!: string;

  @IsString()
  legalBasisCode!: string;

  @Matches(idOf('pty'))
  againstPartyId!: string;
}
