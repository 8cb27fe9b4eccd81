import { IsIn, Matches } from 'class-validator';
import { idOf } from '../shared/values.js';

export const LINK_RELATIONS = ['RELATED', 'DUPLICATE_OF', 'FOLLOWS'] as const;
export type LinkRelation = (typeof LINK_RELATIONS)[number];

/** A case was linked to another. */
export class CaseLinked {
  static readonly type = 'CaseLinked';
  static readonly version = 1;

  @Matches(idOf('lnk'))
  linkId!: string;

  @Matches(idOf('case'))
  caseId!: string;

  @Matches(idOf('case'))
  linkedCaseId!: string;

  @IsIn(LINK_RELATIONS)
  relation!: LinkRelation;
}
