import { DecisionFinalized } from '../../contracts/decision/decision-finalized.v1.js';
import { DecisionPackageRejected } from '../../contracts/decision/decision-package-rejected.v1.js';
import { DecisionPackageSubmitted } from '../../contracts/decision/decision-package-submitted.v1.js';
import { DecisionReviewRequired } from '../../contracts/decision/decision-review-required.v1.js';
import { FindingsSubmitted } from '../../contracts/investigation/findings-submitted.v1.js';
import { InvestigationCompleted } from '../../contracts/investigation/investigation-completed.v1.js';
import { InvestigationOpened } from '../../contracts/investigation/investigation-opened.v1.js';
import type { Recommendation } from '../../contracts/investigation/values.js';
import type { ProcessState } from '../../contracts/workflow/process-state.js';
import type { Envelope } from '../../platform/messaging/envelope.js';

/** What the process of a case has seen in one epoch. Facts only ever join; none is taken back by a later one. */
export interface ObservedFacts {
  investigationId?: string;
  /** From the submission of findings, or the completion that follows it. */
  recommendation?: Recommendation;
  /** By package: the number of its last submission, and whether that one was sent back. */
  packages?: Readonly<Record<string, { submission: number; sentBack: boolean }>>;
  decisionId?: string;
  noticeRequired?: boolean;
}

const withPackage = (
  facts: ObservedFacts,
  packageId: string,
  seen: { submission: number; sentBack: boolean },
): ObservedFacts => {
  const known = facts.packages?.[packageId];
  if (known && known.submission > seen.submission) return facts;
  const sentBack = seen.sentBack || (known?.submission === seen.submission && known.sentBack);
  return { ...facts, packages: { ...facts.packages, [packageId]: { ...seen, sentBack } } };
};

/** The facts with one more event. The same events in any order give the same facts. */
export function observe(facts: ObservedFacts, event: Envelope): ObservedFacts {
  switch (event.eventType) {
    case InvestigationOpened.type:
      return { ...facts, investigationId: (event as Envelope<InvestigationOpened>).payload.investigationId };
    case FindingsSubmitted.type:
    case InvestigationCompleted.type:
      return {
        ...facts,
        recommendation: (event as Envelope<FindingsSubmitted | InvestigationCompleted>).payload.recommendation,
      };
    case DecisionPackageSubmitted.type:
    case DecisionPackageRejected.type: {
      const { decisionPackageId, submission } = (event as Envelope<DecisionPackageSubmitted>).payload;
      return withPackage(facts, decisionPackageId, {
        submission,
        sentBack: event.eventType === DecisionPackageRejected.type,
      });
    }
    case DecisionReviewRequired.type: {
      const { decisionPackageId, decisionId } = (event as Envelope<DecisionReviewRequired>).payload;
      const known = facts.packages?.[decisionPackageId];
      // After the decision somebody must look again, but the process goes on.
      if (decisionId !== null || !known) return facts;
      return withPackage(facts, decisionPackageId, { ...known, sentBack: true });
    }
    case DecisionFinalized.type: {
      const { decisionId, noticeRequired } = (event as Envelope<DecisionFinalized>).payload;
      return { ...facts, decisionId, noticeRequired };
    }
    default:
      return facts;
  }
}

/** What the process waits for, by precedence: the furthest fact decides. */
export function stateOf({
  investigationId,
  recommendation,
  packages,
  decisionId,
  noticeRequired,
}: ObservedFacts): ProcessState {
  if (decisionId !== undefined) return noticeRequired ? 'WAITING_FOR_NOTICE' : 'WAITING_FOR_CLOSURE';
  if (recommendation === 'NO_FURTHER_ACTION') return 'WAITING_FOR_CLOSURE';
  const submitted = Object.values(packages ?? {});
  if (submitted.some(({ sentBack }) => !sentBack)) return 'WAITING_FOR_APPROVAL';
  if (submitted.length > 0) return 'WAITING_FOR_RESUBMISSION';
  if (recommendation === 'PROCEED_TO_DECISION') return 'WAITING_FOR_DECISION_PACKAGE';
  return investigationId === undefined ? 'WAITING_FOR_INVESTIGATION' : 'WAITING_FOR_FINDINGS';
}
