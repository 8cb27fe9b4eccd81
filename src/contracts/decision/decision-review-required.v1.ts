import { IsIn, IsOptional, Matches } from 'class-validator';
import { type Classification, CLASSIFICATIONS, idOf } from '../shared/values.js';

/** Evidence that the package or decision rests on was reclassified; somebody must look again. */
export class DecisionReviewRequired {
  static readonly type = 'DecisionReviewRequired';
  static readonly version = 1;

  @Matches(idOf('case'))
  caseId!: string;

  @Matches(idOf('dpkg'))
  decisionPackageId!: string;

  @IsOptional()
  @Matches(idOf('dec'))
  decisionId!: string | null;

  @Matches(idOf('ev'))
  evidenceId!: string;

  @IsIn(CLASSIFICATIONS)
  from!: Classification;

  @IsIn(CLASSIFICATIONS)
  to!: Classification;
}
