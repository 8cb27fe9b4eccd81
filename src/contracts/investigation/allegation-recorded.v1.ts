import { IsString, Matches } from 'class-validator';
import { idOf } from '../shared/values.js';

/** What is alleged against whom. The statement stays with its owner. */
export class AllegationRecorded {
  static readonly type = 'AllegationRecorded';
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
