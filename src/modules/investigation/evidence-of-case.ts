import { Injectable } from '@nestjs/common';
import { GetEvidenceReference } from '../../contracts/evidence/get-evidence-reference.js';
import type { EvidenceRef } from '../../contracts/shared/evidence-ref.js';
import { clearedFor, currentCall } from '../../platform/context.js';
import { Bus } from '../../platform/messaging/bus.js';
import { named } from './finding.js';
import { refuseInvestigation } from './investigation.errors.js';

/** As many as may be asked for at once. */
const MOST = 200;

/** What findings rest on, asked of its owner: before anything is written, and before a statement is shown. */
@Injectable()
export class EvidenceOfCase {
  constructor(private readonly bus: Bus) {}

  /** @throws UNKNOWN_EVIDENCE naming each that the case does not have in that version; OWNER_UNAVAILABLE */
  async require(caseId: string, refs: readonly EvidenceRef[]): Promise<void> {
    if (refs.length === 0) return;
    const known = await this.bus.ask(GetEvidenceReference, { references: [...refs] });
    const there = new Set(known.filter((each) => each.caseId === caseId).map(named));
    const evidenceRefs = refs.map(named).filter((name) => !there.has(name));
    if (evidenceRefs.length > 0) throw refuseInvestigation.UNKNOWN_EVIDENCE(undefined, { evidenceRefs });
  }

  /**
   * The items among these that the caller is cleared for, as they are classified now.
   * @throws OWNER_UNAVAILABLE
   */
  async cleared(refs: readonly EvidenceRef[]): Promise<ReadonlySet<string>> {
    const distinct = [...new Map(refs.map((each) => [each.evidenceId, each])).values()];
    const levels = clearedFor(currentCall().actor.clearance);
    const shown = new Set<string>();
    for (let begin = 0; begin < distinct.length; begin += MOST) {
      const references = distinct.slice(begin, begin + MOST);
      for (const { evidenceId, classification } of await this.bus.ask(GetEvidenceReference, { references }))
        if (levels.includes(classification)) shown.add(evidenceId);
    }
    return shown;
  }
}
