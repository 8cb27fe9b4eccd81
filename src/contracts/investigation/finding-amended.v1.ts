import { Type } from 'class-transformer';
import { IsArray, IsIn, Matches, ValidateNested } from 'class-validator';
import { idOf } from '../shared/values.js';
import { EvidenceRef } from '../shared/evidence-ref.js';
import { CONCLUSIONS, type Conclusion } from './values.js';

/** A finding was changed; the payload says what it is now. The statement stays with its owner. */
export class FindingAmended {
  static readonly type = 'FindingAmended';
  static readonly version = 1;

  @Matches(idOf('case'))
  caseId!: string;

  @Matches(idOf('inv'))
  investigationId!: string;

  @Matches(idOf('alg'))
  allegationId!: string;

  @Matches(idOf('fnd'))
  findingId!: string;

  @IsIn(CONCLUSIONS)
  conclusion!: Conclusion;

  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => EvidenceRef)
  evidenceRefs!: EvidenceRef[];
}
