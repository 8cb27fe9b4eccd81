import type { EvidenceRef } from '../../contracts/shared/evidence-ref.js';
import type { Classification } from '../../contracts/shared/values.js';
import { redactedIf } from '../../platform/policy/redacted.js';
import type { CaseMatter, Parts } from './case-matter.js';

type Identified<Id extends string, Part> = Record<Id, string> & Part;

const listOf = <Id extends string, Part extends object>(
  parts: Parts<Part> | undefined,
  id: Id,
): Identified<Id, Part>[] =>
  Object.entries(parts ?? {})
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, part]) => ({ [id]: key, ...part }) as Identified<Id, Part>);

/**
 * The matter as a reader with this clearance may see it, each list by id, which is its order in time. Of evidence above
 * the clearance, or whose classification is not known here yet, no contents are shown, as by its owner, and no
 * finding says that it rests on it.
 */
export const shownMatter = (cleared: readonly Classification[], matter: CaseMatter) => {
  const isShown = (evidenceId: string): boolean => {
    const classification = matter.evidence?.[evidenceId]?.classification;
    return classification !== undefined && cleared.includes(classification);
  };
  return {
    investigations: listOf(matter.investigations, 'investigationId'),
    allegations: listOf(matter.allegations, 'allegationId'),
    findings: listOf(matter.findings, 'findingId').map((finding) => {
      const evidenceRefs = finding.evidenceRefs.filter(({ evidenceId }: EvidenceRef) => isShown(evidenceId));
      return {
        ...finding,
        evidenceRefs,
        ...redactedIf({ evidenceRefs: evidenceRefs.length < finding.evidenceRefs.length }),
      };
    }),
    evidence: listOf(matter.evidence, 'evidenceId').map(({ evidenceId, classification = null, ...item }) => {
      const withheld = !isShown(evidenceId);
      return {
        evidenceId,
        evidenceStatus: item.evidenceStatus ?? null,
        classification,
        held: item.held ?? null,
        mediaType: withheld ? null : (item.mediaType ?? null),
        evidenceVersion: withheld ? null : (item.evidenceVersion ?? null),
        ...redactedIf({ mediaType: withheld, evidenceVersion: withheld }),
      };
    }),
    decisionPackages: listOf(matter.packages, 'decisionPackageId'),
    decisions: listOf(matter.decisions, 'decisionId'),
  };
};
