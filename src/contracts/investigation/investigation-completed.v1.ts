import { IsIn, IsInt, Matches } from 'class-validator';
import { idOf } from '../shared/values.js';
import { RECOMMENDATIONS, type Recommendation } from './values.js';

/** Nothing more is investigated in this epoch of the case. */
export class InvestigationCompleted {
  static readonly type = 'InvestigationCompleted';
  static readonly version = 1;

  @Matches(idOf('case'))
  caseId!: string;

  @Matches(idOf('inv'))
  investigationId!: string;

  @IsInt()
  epoch!: number;

  @IsIn(RECOMMENDATIONS)
  recommendation!: Recommendation;
}
