import { CaseRegistered } from '../../contracts/case-registry/case-registered.v1.js';
import { DecisionCorrected } from '../../contracts/decision/decision-corrected.v1.js';
import { DecisionFinalized } from '../../contracts/decision/decision-finalized.v1.js';
import { DecisionPackageRejected } from '../../contracts/decision/decision-package-rejected.v1.js';
import { DecisionPackageSubmitted } from '../../contracts/decision/decision-package-submitted.v1.js';
import { DecisionReviewRequired } from '../../contracts/decision/decision-review-required.v1.js';
import type { DecidedOutcome } from '../../contracts/decision/outcome.js';
import { FindingsSubmitted } from '../../contracts/investigation/findings-submitted.v1.js';
import { InvestigationCompleted } from '../../contracts/investigation/investigation-completed.v1.js';
import { InvestigationOpened } from '../../contracts/investigation/investigation-opened.v1.js';
import type { Recommendation } from '../../contracts/investigation/values.js';
import type { ProcessState } from '../../contracts/workflow/process-state.js';
import type { Envelope } from '../../platform/messaging/envelope.js';

/** A package's versions at its latest submission and when it was last sent back; 0 when that was not seen. */
interface PackageFacts {
  submitted: number;
  sentBack: number;
}

/** What a decision said at the latest version seen; what was seen before versions were kept is the first. */
interface DecisionFacts {
  noticeRequired: boolean;
  decisionVersion?: number;
}

/** What the process of a case has seen in one epoch. Facts only ever join; none is taken back by a later one. */
export interface ObservedFacts {
  registered?: true;
  investigationId?: string;
  /** From the submission of findings, or the completion that follows it. */
  recommendation?: Recommendation;
  packages?: Readonly<Record<string, PackageFacts>>;
  /** By decision: whether its addressees must be told. */
  decisions?: Readonly<Record<string, DecisionFacts>>;
}

const withPackage = (facts: ObservedFacts, packageId: string, seen: Partial<PackageFacts>): ObservedFacts => {
  const { submitted, sentBack } = facts.packages?.[packageId] ?? { submitted: 0, sentBack: 0 };
  const latest = {
    submitted: Math.max(submitted, seen.submitted ?? 0),
    sentBack: Math.max(sentBack, seen.sentBack ?? 0),
  };
  return { ...facts, packages: { ...facts.packages, [packageId]: latest } };
};

/** The facts with one more event. The same events in any order, however often, give the same facts. */
export function observe(facts: ObservedFacts, event: Envelope): ObservedFacts {
  switch (event.eventType) {
    case CaseRegistered.type:
      return { ...facts, registered: true };
    case InvestigationOpened.type:
      return { ...facts, investigationId: (event as Envelope<InvestigationOpened>).payload.investigationId };
    case FindingsSubmitted.type:
    case InvestigationCompleted.type:
      return {
        ...facts,
        recommendation: (event as Envelope<FindingsSubmitted | InvestigationCompleted>).payload.recommendation,
      };
    case DecisionPackageSubmitted.type: {
      const { decisionPackageId } = (event as Envelope<DecisionPackageSubmitted>).payload;
      return withPackage(facts, decisionPackageId, { submitted: event.aggregateVersion });
    }
    case DecisionPackageRejected.type: {
      const { decisionPackageId } = (event as Envelope<DecisionPackageRejected>).payload;
      return withPackage(facts, decisionPackageId, { sentBack: event.aggregateVersion });
    }
    case DecisionReviewRequired.type: {
      const { decisionPackageId, decisionId } = (event as Envelope<DecisionReviewRequired>).payload;
      // After the decision somebody must look again, but the process goes on.
      if (decisionId !== null) return facts;
      return withPackage(facts, decisionPackageId, { sentBack: event.aggregateVersion });
    }
    case DecisionFinalized.type:
    case DecisionCorrected.type: {
      const { decisionId, decisionVersion, noticeRequired } = (event as Envelope<DecidedOutcome>).payload;
      const known = facts.decisions?.[decisionId];
      if (known && decisionVersion <= (known.decisionVersion ?? 1)) return facts;
      return { ...facts, decisions: { ...facts.decisions, [decisionId]: { noticeRequired, decisionVersion } } };
    }
    default:
      return facts;
  }
}

/** What the process waits for, by precedence: the furthest fact decides. */
export function stateOf({
  investigationId,
  recommendation,
  packages = {},
  decisions = {},
}: ObservedFacts): ProcessState {
  const decided = Object.values(decisions);
  if (decided.some(({ noticeRequired }) => noticeRequired)) return 'WAITING_FOR_NOTICE_DELIVERY';
  if (decided.length > 0 || recommendation === 'NO_FURTHER_ACTION') return 'WAITING_FOR_CLOSURE';
  const proposed = Object.values(packages);
  if (proposed.some(({ submitted, sentBack }) => submitted > sentBack)) return 'WAITING_FOR_APPROVAL';
  if (proposed.length > 0) return 'WAITING_FOR_RESUBMISSION';
  if (recommendation === 'PROCEED_TO_DECISION') return 'WAITING_FOR_DECISION_PACKAGE';
  return investigationId === undefined ? 'WAITING_FOR_INVESTIGATION' : 'WAITING_FOR_FINDINGS';
}
