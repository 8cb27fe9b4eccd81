import { Matches } from 'class-validator';
import type { EvidenceRef } from '../shared/evidence-ref.js';
import { idOf } from '../shared/values.js';
import type { Conclusion, Recommendation } from './values.js';

/** A finding as it was when it was submitted. Its statement is sensitive: never in an event, a log or an error. */
export interface SubmittedFinding {
  findingId: string;
  findingVersion: number;
  allegationId: string;
  legalBasisCode: string;
  againstPartyId: string;
  conclusion: Conclusion;
  statement: string;
  evidenceRefs: EvidenceRef[];
}

export interface SubmittedFindings {
  investigationId: string;
  investigationVersion: number;
  caseId: string;
  recommendation: Recommendation;
  submittedAt: string;
  findings: SubmittedFinding[];
}

/** Asks Investigation for what was submitted; null when there is no such investigation or nothing is submitted yet. */
export class GetSubmittedFindings {
  static readonly type = 'GetSubmittedFindings';
  declare readonly _answer?: SubmittedFindings | null;

  @Matches(idOf('inv'))
  investigationId!: string;
}
