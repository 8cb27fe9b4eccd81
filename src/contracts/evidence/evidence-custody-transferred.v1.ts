import { IsString, Matches } from 'class-validator';
import { idOf } from '../shared/values.js';

/** Another officer is responsible for the item. */
export class EvidenceCustodyTransferred {
  static readonly type = 'EvidenceCustodyTransferred';
  static readonly version = 1;

  @Matches(idOf('case'))
  caseId!: string;

  @Matches(idOf('ev'))
  evidenceId!: string;

  @IsString()
  from!: string;

  @IsString()
  to!: string;
}
