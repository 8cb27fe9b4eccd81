import { IsArray, IsIn, Matches } from 'class-validator';
import { idOf } from '../shared/values.js';
import { RECOMMENDATIONS, type Recommendation } from './values.js';

/** The findings are frozen as they are, with what the investigation recommends. */
export class FindingsSubmitted {
  static readonly type = 'FindingsSubmitted';
  static readonly version = 1;

  @Matches(idOf('case'))
  caseId!: string;

  @Matches(idOf('inv'))
  investigationId!: string;

  @IsIn(RECOMMENDATIONS)
  recommendation!: Recommendation;

  @IsArray()
  @Matches(idOf('fnd'), { each: true })
  findingIds!: string[];
}
