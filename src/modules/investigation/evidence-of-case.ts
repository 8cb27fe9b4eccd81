import { Injectable } from '@nestjs/common';
import { GetEvidenceReference } from '../../contracts/evidence/get-evidence-reference.js';
import type { EvidenceRef } from '../../contracts/shared/evidence-ref.js';
import { Bus } from '../../platform/messaging/bus.js';
import { refuseInvestigation } from './investigation.errors.js';

/** Whether evidence is what a finding says it is: asked of its owner, before anything is written. */
@Injectable()
export class EvidenceOfCase {
  constructor(private readonly bus: Bus) {}

  /** @throws UNKNOWN_EVIDENCE naming each that the case does not have in that version; OWNER_UNAVAILABLE */
  async require(caseId: string, refs: readonly EvidenceRef[]): Promise<void> {
    if (refs.length === 0) return;
    const known = await this.bus.ask(GetEvidenceReference, { references: [...refs] });
    const there = new Set(
      known.filter((each) => each.caseId === caseId).map((each) => `${each.evidenceId}@v${each.evidenceVersion}`),
    );
    const evidenceRefs = refs
      .map(({ evidenceId, evidenceVersion }) => `${evidenceId}@v${evidenceVersion}`)
      .filter((named) => !there.has(named));
    if (evidenceRefs.length > 0) throw refuseInvestigation.UNKNOWN_EVIDENCE(undefined, { evidenceRefs });
  }
}
