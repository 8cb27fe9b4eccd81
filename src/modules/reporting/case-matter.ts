import { DecisionCorrected } from '../../contracts/decision/decision-corrected.v1.js';
import { DecisionFinalized } from '../../contracts/decision/decision-finalized.v1.js';
import { DecisionPackageRejected } from '../../contracts/decision/decision-package-rejected.v1.js';
import { DecisionPackageSubmitted } from '../../contracts/decision/decision-package-submitted.v1.js';
import { DecisionReviewRequired } from '../../contracts/decision/decision-review-required.v1.js';
import { EvidenceClassified } from '../../contracts/evidence/evidence-classified.v1.js';
import { EvidenceContentAdded } from '../../contracts/evidence/evidence-content-added.v1.js';
import { EvidenceHeld } from '../../contracts/evidence/evidence-held.v1.js';
import { EvidenceRegistered } from '../../contracts/evidence/evidence-registered.v1.js';
import { AllegationAmended } from '../../contracts/investigation/allegation-amended.v1.js';
import { AllegationRecorded } from '../../contracts/investigation/allegation-recorded.v1.js';
import { FindingAmended } from '../../contracts/investigation/finding-amended.v1.js';
import { FindingRecorded } from '../../contracts/investigation/finding-recorded.v1.js';
import { FindingsSubmitted } from '../../contracts/investigation/findings-submitted.v1.js';
import { InvestigationCompleted } from '../../contracts/investigation/investigation-completed.v1.js';
import { InvestigationOpened } from '../../contracts/investigation/investigation-opened.v1.js';
import type { Conclusion, Recommendation } from '../../contracts/investigation/values.js';
import type { EvidenceRef } from '../../contracts/shared/evidence-ref.js';
import type { Classification } from '../../contracts/shared/values.js';
import type { Envelope } from '../../platform/messaging/envelope.js';

/** What was investigated, found and decided in a case, by id of each part; every field as its owner published it. */
export interface CaseMatter {
  investigations?: Parts<{ investigationStatus: string; epoch?: number; recommendation?: Recommendation }>;
  allegations?: Parts<{ legalBasisCode: string; againstPartyId: string }>;
  findings?: Parts<{ allegationId: string; conclusion: Conclusion; evidenceRefs: readonly EvidenceRef[] }>;
  evidence?: Parts<{
    evidenceStatus?: string;
    classification?: Classification;
    mediaType?: string;
    evidenceVersion?: number;
    held?: boolean;
  }>;
  packages?: Parts<{ packageStatus?: string; reviewRequired?: boolean }>;
  decisions?: Parts<{ decisionVersion: number; outcome: string; noticeRequired: boolean }>;
}

export type Parts<Part> = Readonly<Record<string, Part>>;
type Kind = keyof CaseMatter;

/** Events that touch the matter of a case. */
export const MATTER_EVENTS = [
  InvestigationOpened,
  FindingsSubmitted,
  InvestigationCompleted,
  AllegationRecorded,
  AllegationAmended,
  FindingRecorded,
  FindingAmended,
  EvidenceRegistered,
  EvidenceContentAdded,
  EvidenceClassified,
  EvidenceHeld,
  DecisionPackageSubmitted,
  DecisionPackageRejected,
  DecisionReviewRequired,
  DecisionFinalized,
  DecisionCorrected,
] as const;

/** What one event says of which parts. */
function partsOf(event: Envelope): [Kind, string, object][] {
  if (event.eventType !== DecisionFinalized.type) return [partOf(event)].filter((part) => part !== undefined);
  // Told as the package's own: the decision is what becomes of it.
  return [['packages', event.aggregateId, { packageStatus: 'FINALIZED' }], decisionIn(event)];
}

function decisionIn({ payload }: Envelope): [Kind, string, object] {
  const { decisionId, decisionVersion, outcome, noticeRequired } = payload as DecisionFinalized | DecisionCorrected;
  return ['decisions', decisionId, { decisionVersion, outcome, noticeRequired }];
}

function partOf(event: Envelope): [Kind, string, object] | undefined {
  const { eventType, payload } = event;
  switch (eventType) {
    case InvestigationOpened.type: {
      const { investigationId, epoch } = payload as InvestigationOpened;
      return ['investigations', investigationId, { investigationStatus: 'OPEN', epoch }];
    }
    case FindingsSubmitted.type:
    case InvestigationCompleted.type: {
      const { investigationId, recommendation } = payload as FindingsSubmitted;
      const investigationStatus = eventType === FindingsSubmitted.type ? 'SUBMITTED' : 'COMPLETED';
      return ['investigations', investigationId, { investigationStatus, recommendation }];
    }
    case AllegationRecorded.type:
    case AllegationAmended.type: {
      const { allegationId, legalBasisCode, againstPartyId } = payload as AllegationRecorded;
      return ['allegations', allegationId, { legalBasisCode, againstPartyId }];
    }
    case FindingRecorded.type:
    case FindingAmended.type: {
      const { findingId, allegationId, conclusion, evidenceRefs } = payload as FindingRecorded;
      return ['findings', findingId, { allegationId, conclusion, evidenceRefs }];
    }
    case EvidenceRegistered.type: {
      const { evidenceId, classification, mediaType } = payload as EvidenceRegistered;
      return ['evidence', evidenceId, { evidenceStatus: 'REGISTERED', classification, mediaType, held: false }];
    }
    case EvidenceContentAdded.type: {
      const { evidenceId, evidenceVersion } = payload as EvidenceContentAdded;
      return ['evidence', evidenceId, { evidenceStatus: 'STORED', evidenceVersion }];
    }
    case EvidenceHeld.type: {
      const { evidenceId, held } = payload as EvidenceHeld;
      return ['evidence', evidenceId, { held }];
    }
    case EvidenceClassified.type: {
      const { evidenceId, to } = payload as EvidenceClassified;
      return ['evidence', evidenceId, { classification: to }];
    }
    case DecisionPackageSubmitted.type: {
      const { decisionPackageId } = payload as DecisionPackageSubmitted;
      return ['packages', decisionPackageId, { packageStatus: 'AWAITING_APPROVAL', reviewRequired: false }];
    }
    case DecisionPackageRejected.type:
      return ['packages', (payload as DecisionPackageRejected).decisionPackageId, { packageStatus: 'REJECTED' }];
    case DecisionReviewRequired.type: {
      const { decisionPackageId, decisionId } = payload as DecisionReviewRequired;
      // What is decided stays as it is: its review is of its own.
      return decisionId === null ? ['packages', decisionPackageId, { reviewRequired: true }] : undefined;
    }
    case DecisionCorrected.type:
      return decisionIn(event);
    default:
      return undefined;
  }
}

/** The matter with one more event. Events of one part come in their order; parts do not depend on each other. */
export function withEvent(matter: CaseMatter, event: Envelope): CaseMatter {
  return partsOf(event).reduce<CaseMatter>((known, [kind, id, said]) => {
    const parts = (known[kind] ?? {}) as Record<string, object>;
    return { ...known, [kind]: { ...parts, [id]: { ...parts[id], ...said } } };
  }, matter);
}
