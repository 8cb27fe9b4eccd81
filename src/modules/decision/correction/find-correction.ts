import { refuse } from '../../../platform/base/refusal.js';
import type { UnitOfWork } from '../../../platform/messaging/unit-of-work.js';
import { DecisionCorrection } from './decision-correction.js';

/** The correction that the path names, at the version that the caller has seen. @throws NOT_FOUND; VERSION_MISMATCH */
export async function loadCorrection(
  tx: UnitOfWork,
  decisionId: string,
  correctionId: string,
): Promise<DecisionCorrection> {
  const correction = await tx.load(DecisionCorrection, correctionId);
  if (correction.decisionId !== decisionId) throw refuse.NOT_FOUND();
  tx.requireExpected(correction);
  return correction;
}
