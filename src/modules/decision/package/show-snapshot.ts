import { redactedIf, type Redacted } from '../../../platform/policy/redacted.js';
import { maySeeReasons } from '../read-access.js';
import type { FindingSnapshot, PackageRejection, Snapshot } from './package-snapshot.js';

type ShownFinding = Omit<FindingSnapshot, 'decisionPackageId' | 'submission' | 'statementAtSubmission'> & {
  statement: string | null;
};

/** What of a snapshot may be withheld. */
type Withheld =
  'evidence' | 'findings.statement' | 'party.partyNameAtSubmission' | 'party.registrationNumber' | 'rejection.reason';

/** A snapshot as its reader may see it. */
export interface ShownSnapshot extends Redacted<Withheld> {
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
}

/** @param cleared the ids of the parties and of the evidence that the reader is cleared for now */
export function showSnapshot(
  { submission, findings, evidence }: Snapshot,
  rejection: PackageRejection | undefined,
  cleared: { parties: ReadonlySet<string>; evidence: ReadonlySet<string> },
): ShownSnapshot {
  const hidden = new Set(evidence.map(({ evidenceId }) => evidenceId).filter((id) => !cleared.evidence.has(id)));
  const restsOnHidden = ({ evidenceRefs }: FindingSnapshot): boolean =>
    evidenceRefs.some(({ evidenceId }) => hidden.has(evidenceId));
  const partyShown = cleared.parties.has(submission.partyId);
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
    ...redactedIf<Withheld>({
      evidence: hidden.size > 0,
      'findings.statement': findings.some(restsOnHidden),
      'party.partyNameAtSubmission': !partyShown,
      'party.registrationNumber': !partyShown,
      'rejection.reason': !reasonShown,
    }),
  };
}
