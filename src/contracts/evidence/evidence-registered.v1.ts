import { IsIn, IsString, Matches } from 'class-validator';
import { type Classification, CLASSIFICATIONS, idOf } from '../shared/values.js';

/** There is an item of evidence. Its title stays with its owner. */
export class EvidenceRegistered {
  static readonly type = 'EvidenceRegistered';
  static readonly version = 1;

  @Matches(idOf('case'))
  caseId!: string;

  @Matches(idOf('ev'))
  evidenceId!: string;

  @IsIn(CLASSIFICATIONS)
  classification!: Classification;

  @IsString()
  mediaType!: string;
}
