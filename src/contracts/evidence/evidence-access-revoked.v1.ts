import { IsString, Matches } from 'class-validator';
import { idOf } from '../shared/values.js';

/** A grant ended before its time. */
export class EvidenceAccessRevoked {
  static readonly type = 'EvidenceAccessRevoked';
  static readonly version = 1;

  @Matches(idOf('case'))
  caseId!: string;

  @Matches(idOf('ev'))
  evidenceId!: string;

  @IsString()
  grantId!: string;

  @IsString()
  granteeId!: string;
}
