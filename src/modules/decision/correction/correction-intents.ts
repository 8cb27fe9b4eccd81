import { type Intent, supposing } from '../../../platform/policy/weigh.js';
import { decisionPolicies } from '../decision.policies.js';
import type { DecisionPackage } from '../package/decision-package.js';
import type { Supposed } from '../package/package-intents.js';
import { requireAllCleared } from './approve-correction.js';
import type { DecisionCorrection } from './decision-correction.js';

/** Whoever it is handed over to: a name that nobody has. */
const ANOTHER = '';

/** What may become of a correction that awaits approval. What a body says is not weighed. */
export function correctionIntents(
  correction: DecisionCorrection,
  { decisionVersion }: DecisionPackage,
  { actor: { actorId }, considered, at }: Supposed,
): Intent[] {
  const { decisionId, correctionId, version } = correction;
  const on = { ids: { decisionId, correctionId }, aggregate: { id: correctionId, version } };
  const approval = (): void => {
    supposing(correction).approve(actorId, decisionVersion, at);
    requireAllCleared(considered);
  };
  const rejection = (): void => {
    supposing(correction).reject(actorId, '', at);
  };
  const withdrawal = (): void => {
    supposing(correction).withdraw(actorId, at);
  };
  const handover = (): void => {
    supposing(correction).handOver(ANOTHER, actorId, at);
  };
  return [
    { action: 'APPROVE_DECISION_CORRECTION', policy: decisionPolicies.approveCorrection, ...on, rule: approval },
    { action: 'REJECT_DECISION_CORRECTION', policy: decisionPolicies.rejectCorrection, ...on, rule: rejection },
    { action: 'WITHDRAW_DECISION_CORRECTION', policy: decisionPolicies.withdrawCorrection, ...on, rule: withdrawal },
    { action: 'HAND_OVER_DECISION_CORRECTION', policy: decisionPolicies.handOverCorrection, ...on, rule: handover },
  ];
}
