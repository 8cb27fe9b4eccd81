import { Matches } from 'class-validator';
import { idOf } from '../shared/values.js';

export interface DecisionPackageReference {
  decisionPackageId: string;
  caseId: string;
  investigationId: string;
  status: string;
  version: number;
  decisionId: string | null;
}

/** Asks Decision how a package stands; null when there is none. */
export class GetDecisionPackage {
  static readonly type = 'GetDecisionPackage';
  declare readonly _answer?: DecisionPackageReference | null;

  @Matches(idOf('dpkg'))
  decisionPackageId!: string;
}
