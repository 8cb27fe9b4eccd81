import type { EvidenceWatch } from '../review/evidence-watch.js';
import { isCleared, maySeeReasons } from '../read-access.js';
import type { FindingSnapshot, PackageRejection, Snapshot } from './package-snapshot.js';

type ShownFinding = Omit<FindingSnapshot, 'decisionPackageId' | 'submission' | 'statementAtSubmission'> & {
  statement: string | null;
};

/** A snapshot as its reader may see it. `redacted` names what was kept back. */
export interface ShownSnapshot {
  submission: number;
  caseNumber: string;
  recommendation: string;
  findings: ShownFinding[];
  evidence: { evidenceId: string; evidenceVersion: number; classification: string; checksumSha256: string }[];
  party: {
    partyId: string;
    partyVersion: number;
    partyNameAtSubmission: string | null;
    registrationNumber: string | null;
    classification: string;
  };
  submittedBy: string;
  capturedAt: Date;
  rejection: { rejectedBy: string; rejectedAt: Date; reason: string | null } | null;
  redacted: string[];
}

/**
 * Nothing that was captured ever changes, but who may see it follows what is known now: evidence that has been
 * reclassified since is shown by its present classification's clearance too.
 */
export function showSnapshot(
  { submission, findings, evidence }: Snapshot,
  rejection: PackageRejection | undefined,
  known: ReadonlyMap<string, EvidenceWatch>,
): ShownSnapshot {
  const hidden = new Set(
    evidence
      .filter(
        ({ evidenceId, classificationAtSubmission }) =>
          !isCleared(classificationAtSubmission) ||
          !isCleared(known.get(evidenceId)?.classification ?? classificationAtSubmission),
      )
      .map(({ evidenceId }) => evidenceId),
  );
  const restsOnHidden = ({ evidenceRefs }: FindingSnapshot): boolean =>
    evidenceRefs.some(({ evidenceId }) => hidden.has(evidenceId));
  const partyShown = isCleared(submission.partyClassificationAtSubmission);
  const reasonShown = rejection === undefined || maySeeReasons();
  return {
    submission: submission.submission,
    caseNumber: submission.caseNumberAtSubmission,
    recommendation: submission.recommendationAtSubmission,
    findings: findings.map((finding) => {
      const { decisionPackageId: _, submission: __, statementAtSubmission, evidenceRefs, ...rest } = finding;
      return {
        ...rest,
        statement: restsOnHidden(finding) ? null : statementAtSubmission,
        evidenceRefs: evidenceRefs.filter(({ evidenceId }) => !hidden.has(evidenceId)),
      };
    }),
    evidence: evidence
      .filter(({ evidenceId }) => !hidden.has(evidenceId))
      .map(({ evidenceId, evidenceVersion, classificationAtSubmission, checksumSha256 }) => ({
        evidenceId,
        evidenceVersion,
        classification: classificationAtSubmission,
        checksumSha256,
      })),
    party: {
      partyId: submission.partyId,
      partyVersion: submission.partyVersionAtSubmission,
      partyNameAtSubmission: partyShown ? submission.partyNameAtSubmission : null,
      registrationNumber: partyShown ? submission.registrationNumberAtSubmission : null,
      classification: submission.partyClassificationAtSubmission,
    },
    submittedBy: submission.submittedBy,
    capturedAt: submission.capturedAt,
    rejection: rejection
      ? {
          rejectedBy: rejection.rejectedBy,
          rejectedAt: rejection.rejectedAt,
          reason: reasonShown ? rejection.reason : null,
        }
      : null,
    redacted: [
      ...(hidden.size > 0 ? ['evidence'] : []),
      ...(findings.some(restsOnHidden) ? ['findings.statement'] : []),
      ...(partyShown ? [] : ['party.partyNameAtSubmission', 'party.registrationNumber']),
      ...(reasonShown ? [] : ['rejection.reason']),
    ],
  };
}
