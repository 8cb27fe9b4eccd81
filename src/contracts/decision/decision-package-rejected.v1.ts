import { IsInt, Matches } from 'class-validator';
import { idOf } from '../shared/values.js';

/** The authority sent the package back; only a new submission leads on. The reason stays with its owner. */
export class DecisionPackageRejected {
  static readonly type = 'DecisionPackageRejected';
  static readonly version = 1;

  @Matches(idOf('case'))
  caseId!: string;

  @Matches(idOf('inv'))
  investigationId!: string;

  @Matches(idOf('dpkg'))
  decisionPackageId!: string;

  @IsInt()
  submission!: number;
}
