import { IsIn, IsInt, Matches } from 'class-validator';
import { idOf } from '../shared/values.js';

/** Where a case stands, as its owner says it: the furthest fact observed in the epoch. */
export const CASE_STATUSES = [
  'REGISTERED',
  'UNDER_INVESTIGATION',
  'DECISION_PENDING',
  'DECIDED',
  'ENFORCEMENT',
  'UNDER_APPEAL',
  'CLOSED',
  'REOPENED',
] as const;
export type CaseStatus = (typeof CASE_STATUSES)[number];

/** The case stands somewhere else now. */
export class CaseLifecycleChanged {
  static readonly type = 'CaseLifecycleChanged';
  static readonly version = 1;

  @Matches(idOf('case'))
  caseId!: string;

  @IsInt()
  epoch!: number;

  @IsIn(CASE_STATUSES)
  fromStatus!: CaseStatus;

  @IsIn(CASE_STATUSES)
  toStatus!: CaseStatus;
}
