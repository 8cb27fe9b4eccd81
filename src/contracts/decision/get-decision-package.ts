import { IsInt, IsOptional, IsString, Matches } from 'class-validator';
import { idOf } from '../shared/values.js';

export class DecisionPackageReference {
  @Matches(idOf('dpkg'))
  decisionPackageId!: string;

  @Matches(idOf('case'))
  caseId!: string;

  @Matches(idOf('inv'))
  investigationId!: string;

  @IsString()
  status!: string;

  @IsInt()
  version!: number;

  @IsOptional()
  @Matches(idOf('dec'))
  decisionId!: string | null;
}

/** Asks Decision how a package stands; null when there is none. */
export class GetDecisionPackage {
  static readonly type = 'GetDecisionPackage';
  static readonly answer = { oneOrNone: DecisionPackageReference };
  declare readonly _answer?: DecisionPackageReference | null;

  @Matches(idOf('dpkg'))
  decisionPackageId!: string;
}
