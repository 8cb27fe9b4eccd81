import { IsIn, IsInt, IsString, Matches } from 'class-validator';
import { type Classification, CLASSIFICATIONS, idOf } from '../shared/values.js';

/** A new version of the contents; versions never change. */
export class EvidenceContentAdded {
  static readonly type = 'EvidenceContentAdded';
  static readonly version = 1;

  @Matches(idOf('case'))
  caseId!: string;

  @Matches(idOf('ev'))
  evidenceId!: string;

  @IsInt()
  evidenceVersion!: number;

  @IsString()
  checksumSha256!: string;

  @IsInt()
  size!: number;

  @IsIn(CLASSIFICATIONS)
  classification!: Classification;
}
