import { IsISO8601, IsString, Matches } from 'class-validator';
import { idOf } from '../shared/values.js';

/** One officer may read the item in spite of a lower clearance, for a purpose and a time. */
export class EvidenceAccessGranted {
  static readonly type = 'EvidenceAccessGranted';
  static readonly version = 1;

  @Matches(idOf('case'))
  caseId!: string;

  @Matches(idOf('ev'))
  evidenceId!: string;

  @IsString()
  grantId!: string;

  @IsString()
  granteeId!: string;

  @IsISO8601()
  expiresAt!: string;
}
