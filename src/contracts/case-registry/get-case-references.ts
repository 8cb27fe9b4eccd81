import { ArrayMaxSize, ArrayNotEmpty, IsArray, Matches } from 'class-validator';
import { idOf } from '../shared/values.js';
import { CaseReference } from './get-case-reference.js';

/** As many as a page has rows. */
export const CASES_AT_ONCE = 100;

/** Asks Case Registry for many cases at once. Unknown ids are left out of the answer. */
export class GetCaseReferences {
  static readonly type = 'GetCaseReferences';
  static readonly answer = { each: CaseReference };
  declare readonly _answer?: CaseReference[];

  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(CASES_AT_ONCE)
  @Matches(idOf('case'), { each: true })
  caseIds!: string[];
}
