import { DecisionCorrected } from '../../contracts/decision/decision-corrected.v1.js';
import { DecisionFinalized } from '../../contracts/decision/decision-finalized.v1.js';
import { DecisionPackageRejected } from '../../contracts/decision/decision-package-rejected.v1.js';
import { DecisionPackageSubmitted } from '../../contracts/decision/decision-package-submitted.v1.js';
import { EvidenceClassified } from '../../contracts/evidence/evidence-classified.v1.js';
import { EvidenceContentAdded } from '../../contracts/evidence/evidence-content-added.v1.js';
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
  evidence?: Parts<{ classification?: Classification; mediaType?: string; evidenceVersion?: number }>;
  packages?: Parts<{ packageStatus: string }>;
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
  DecisionPackageSubmitted,
  DecisionPackageRejected,
  DecisionFinalized,
  DecisionCorrected,
] as const;

/** What one event says of which part. */
function partOf({ eventType, payload }: Envelope): [Kind, string, object] | undefined {
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
      return ['evidence', evidenceId, { classification, mediaType }];
    }
    case EvidenceContentAdded.type: {
      const { evidenceId, evidenceVersion } = payload as EvidenceContentAdded;
      return ['evidence', evidenceId, { evidenceVersion }];
    }
    case EvidenceClassified.type: {
      const { evidenceId, to } = payload as EvidenceClassified;
      return ['evidence', evidenceId, { classification: to }];
    }
    case DecisionPackageSubmitted.type:
    case DecisionPackageRejected.type: {
      const packageStatus = eventType === DecisionPackageRejected.type ? 'REJECTED' : 'AWAITING_APPROVAL';
      return ['packages', (payload as DecisionPackageSubmitted).decisionPackageId, { packageStatus }];
    }
    case DecisionFinalized.type:
    case DecisionCorrected.type: {
      const { decisionId, decisionVersion, outcome, noticeRequired } = payload as DecisionFinalized;
      return ['decisions', decisionId, { decisionVersion, outcome, noticeRequired }];
    }
    default:
      return undefined;
  }
}

/** The matter with one more event. Events of one part come in their order; parts do not depend on each other. */
export function withEvent(matter: CaseMatter, event: Envelope): CaseMatter {
  const part = partOf(event);
  if (!part) return matter;
  const [kind, id, said] = part;
  const parts = (matter[kind] ?? {}) as Record<string, object>;
  return { ...matter, [kind]: { ...parts, [id]: { ...parts[id], ...said } } };
}
