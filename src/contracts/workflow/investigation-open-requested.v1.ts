import { IsInt, Matches } from 'class-validator';
import { idOf } from '../shared/values.js';

/** Workflow wishes that the case be investigated; Investigation opens one per case and epoch. */
export class InvestigationOpenRequested {
  static readonly type = 'InvestigationOpenRequested';
  static readonly version = 1;

  @Matches(idOf('case'))
  caseId!: string;

  @IsInt()
  epoch!: number;
}
