import { IsIn, IsInt, Matches } from 'class-validator';
import { type Classification, CLASSIFICATIONS, idOf } from '../shared/values.js';

/** Who may see the item has changed. */
export class EvidenceClassified {
  static readonly type = 'EvidenceClassified';
  static readonly version = 1;

  @Matches(idOf('case'))
  caseId!: string;

  @Matches(idOf('ev'))
  evidenceId!: string;

  @IsIn(CLASSIFICATIONS)
  from!: Classification;

  @IsIn(CLASSIFICATIONS)
  to!: Classification;

  @IsInt()
  evidenceVersion!: number;

  @IsInt()
  classificationVersion!: number;
}
