import { IsInt, Matches } from 'class-validator';
import { idOf } from '../shared/values.js';

/** A case is investigated; one investigation per case and epoch. */
export class InvestigationOpened {
  static readonly type = 'InvestigationOpened';
  static readonly version = 1;

  @Matches(idOf('case'))
  caseId!: string;

  @Matches(idOf('inv'))
  investigationId!: string;

  @IsInt()
  epoch!: number;
}
