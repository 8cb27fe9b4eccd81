import type { CaseReference } from '../../../contracts/case-registry/get-case-reference.js';
import type { EvidenceReference, WantedEvidence } from '../../../contracts/evidence/get-evidence-reference.js';
import type { SubmittedFindings } from '../../../contracts/investigation/get-submitted-findings.js';
import type { PartySnapshot } from '../../../contracts/party/get-party-snapshot.js';
import { nameOfRef } from '../../../contracts/shared/evidence-ref.js';
import { refuseDecision } from '../decision.errors.js';
import type { DecisionPackage } from './decision-package.js';
import { EvidenceSnapshot, FindingSnapshot, PackageSubmission, type Snapshot } from './package-snapshot.js';

/** What the owners answered, before anything is decided about it. */
export interface Gathered {
  reference: CaseReference;
  findings: SubmittedFindings | null;
  party: PartySnapshot | undefined;
  wanted: readonly WantedEvidence[];
  evidence: readonly EvidenceReference[];
}

/** What decides whether there is something to rest on. */
export interface Substance<Findings> {
  findings: Findings | null;
  wanted: readonly WantedEvidence[];
  evidence: readonly KnownEvidence[];
}

type KnownEvidence = Pick<EvidenceReference, 'evidenceId' | 'evidenceVersion' | 'caseId'>;

/** @throws INVESTIGATION_NOT_SUBMITTED, INVESTIGATION_NOT_OF_CASE, UNKNOWN_EVIDENCE naming each id */
export function requireSubstance<Findings extends Pick<SubmittedFindings, 'caseId'>>(
  of: DecisionPackage,
  { findings, wanted, evidence }: Substance<Findings>,
): Findings {
  if (!findings) throw refuseDecision.INVESTIGATION_NOT_SUBMITTED();
  if (findings.caseId !== of.caseId) throw refuseDecision.INVESTIGATION_NOT_OF_CASE();
  const ofCase = evidence.filter(({ caseId }) => caseId === of.caseId);
  const missing = wanted.filter((each) => !ofCase.some((found) => isOf(each, found)));
  if (missing.length > 0)
    throw refuseDecision.UNKNOWN_EVIDENCE(undefined, {
      evidenceIds: [...new Set(missing.map(({ evidenceId }) => evidenceId))],
    });
  return findings;
}

const isOf = (wanted: WantedEvidence, { evidenceId, evidenceVersion }: KnownEvidence): boolean =>
  wanted.evidenceId === evidenceId && (wanted.evidenceVersion ?? evidenceVersion) === evidenceVersion;

/**
 * Freezes the answers for the submission that was just made.
 * @throws INVESTIGATION_NOT_SUBMITTED, INVESTIGATION_NOT_OF_CASE, UNKNOWN_PARTY, UNKNOWN_EVIDENCE naming each id
 */
export function captureSnapshot(of: DecisionPackage, gathered: Gathered, by: string, at: Date): Snapshot {
  const { reference, party, evidence } = gathered;
  const findings = requireSubstance(of, gathered);
  if (!party) throw refuseDecision.UNKNOWN_PARTY();
  const ofCase = evidence.filter(({ caseId }) => caseId === of.caseId);

  const key = { decisionPackageId: of.decisionPackageId, submission: of.submission };
  const distinct = new Map(ofCase.map((each) => [nameOfRef(each), each]));
  return {
    submission: Object.assign(new PackageSubmission(), {
      ...key,
      caseNumberAtSubmission: reference.caseNumber,
      caseClassificationAtSubmission: reference.classification,
      recommendationAtSubmission: findings.recommendation,
      partyId: party.partyId,
      partyVersionAtSubmission: party.partyVersion,
      partyNameAtSubmission: party.legalName,
      registrationNumberAtSubmission: party.registrationNumber ?? null,
      partyClassificationAtSubmission: party.classification,
      submittedBy: by,
      capturedAt: at,
    }),
    findings: findings.findings.map(({ statement, ...finding }) =>
      Object.assign(new FindingSnapshot(), { ...key, ...finding, statementAtSubmission: statement }),
    ),
    evidence: [...distinct.values()].map(({ evidenceId, evidenceVersion, classification, checksumSha256 }) =>
      Object.assign(new EvidenceSnapshot(), {
        ...key,
        evidenceId,
        evidenceVersion,
        classificationAtSubmission: classification,
        checksumSha256,
      }),
    ),
  };
}
