import { Injectable } from '@nestjs/common';
import type { CaseReference } from '../../../contracts/case-registry/get-case-reference.js';
import {
  GetEvidenceReference,
  REFERENCES_AT_ONCE,
  type EvidenceReference,
  type WantedEvidence,
} from '../../../contracts/evidence/get-evidence-reference.js';
import {
  GetSubmittedFindings,
  type SubmittedFindings,
} from '../../../contracts/investigation/get-submitted-findings.js';
import { GetPartySnapshot } from '../../../contracts/party/get-party-snapshot.js';
import { nameOfRef } from '../../../contracts/shared/evidence-ref.js';
import { inParts } from '../../../platform/base/in-parts.js';
import { Bus } from '../../../platform/messaging/bus.js';
import { EvidenceWatches, type Watched } from '../review/evidence-watch.js';
import type { Gathered } from './capture-snapshot.js';
import type { DecisionPackage } from './decision-package.js';

/** Asks every owner for what a package rests on. Nothing is saved here, so that an owner who fails costs nothing. */
@Injectable()
export class GatherAnswers {
  constructor(
    private readonly bus: Bus,
    private readonly watches: EvidenceWatches,
  ) {}

  /** @throws OWNER_UNAVAILABLE when any of the owners does not answer in time */
  async for(of: DecisionPackage, reference: CaseReference): Promise<Gathered & { watched: Watched }> {
    const [findings, [party]] = await Promise.all([
      this.bus.ask(GetSubmittedFindings, { investigationId: of.investigationId }),
      this.bus.ask(GetPartySnapshot, { partyIds: [of.subjectPartyId] }),
    ]);
    const wanted = wantedBy(of, findings);
    // Before its owner is asked: a reclassification that is heard of from here on refuses the submission.
    const watched = await this.watches.of(wanted.map(({ evidenceId }) => evidenceId));
    return { reference, findings, party, wanted, evidence: await this.ask(wanted), watched };
  }

  private async ask(wanted: readonly WantedEvidence[]): Promise<EvidenceReference[]> {
    const parts = inParts(wanted, REFERENCES_AT_ONCE);
    return (await Promise.all(parts.map((references) => this.bus.ask(GetEvidenceReference, { references })))).flat();
  }
}

/** The newest version of what the package names, and the very versions that the findings rest on. */
function wantedBy({ evidenceIds }: DecisionPackage, findings: SubmittedFindings | null): WantedEvidence[] {
  const wanted = new Map<string, WantedEvidence>(evidenceIds.map((evidenceId) => [evidenceId, { evidenceId }]));
  for (const { evidenceRefs } of findings?.findings ?? [])
    for (const ref of evidenceRefs) wanted.set(nameOfRef(ref), ref);
  return [...wanted.values()];
}
