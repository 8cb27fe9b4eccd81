import { IsInt, Matches } from 'class-validator';
import { idOf } from '../shared/values.js';

/** A package awaits approval; what it rests on is frozen in it. */
export class DecisionPackageSubmitted {
  static readonly type = 'DecisionPackageSubmitted';
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
