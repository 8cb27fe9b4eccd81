import { requireOpenCase } from '../../../casework/closed-cases.js';
import type { GetDecisionActions } from '../../../contracts/decision/get-decision-actions.js';
import type { Actor, Classification } from '../../../platform/base/context.js';
import { type Intent, supposing } from '../../../platform/policy/weigh.js';

import { decisionPolicies } from '../decision.policies.js';
import { requireSubstance } from './capture-snapshot.js';
import type { DecisionPackage } from './decision-package.js';

/** In whose name and when something would be done, and how what was captured is classified. */
export interface Supposed {
  actor: Actor;
  considered: readonly Classification[];
  at: Date;
}

/** What may become of a package, and of the decision that was made of it. What a body says is not weighed. */
export function packageIntents(
  of: DecisionPackage,
  { caseStatus: status, submittedInvestigationIds, storedEvidence }: GetDecisionActions,
  { actor, considered, at }: Supposed,
): Intent[] {
  const { decisionPackageId, decisionId, version, caseId } = of;
  const aggregate = { id: decisionPackageId, version };
  const on = { ids: { decisionPackageId }, aggregate };
  const submission = (): void => {
    requireOpenCase({ status });
    supposing(of).submit(actor.actorId, at);
    const findings = submittedInvestigationIds.includes(of.investigationId) ? { caseId } : null;
    const wanted = of.evidenceIds.map((evidenceId) => ({ evidenceId }));
    const evidence = storedEvidence.map((each) => ({ ...each, caseId }));
    requireSubstance(of, { findings, wanted, evidence });
  };
  const approval = (): void => {
    requireOpenCase({ status });
    supposing(of).approve(actor, considered, at);
  };
  const rejection = (): void => {
    supposing(of).reject(actor.actorId);
  };
  return [
    { action: 'SUBMIT_DECISION_PACKAGE', policy: decisionPolicies.submit, ...on, rule: submission },
    { action: 'APPROVE_DECISION', policy: decisionPolicies.approve, ...on, rule: approval },
    { action: 'REJECT_DECISION_PACKAGE', policy: decisionPolicies.reject, ...on, rule: rejection },
    ...(decisionId === null
      ? []
      : [
          {
            action: 'REQUEST_DECISION_CORRECTION',
            policy: decisionPolicies.requestCorrection,
            ids: { decisionId },
            aggregate: { id: decisionId, version },
          },
        ]),
  ];
}
