import { Injectable } from '@nestjs/common';
import { GetEvidenceReference, REFERENCES_AT_ONCE } from '../../contracts/evidence/get-evidence-reference.js';
import { nameOfRef, type EvidenceRef } from '../../contracts/shared/evidence-ref.js';
import { clearedFor, currentCall } from '../../platform/base/context.js';
import { ModuleDatabase } from '../../platform/database/module-database.js';
import { inParts } from '../../platform/base/in-parts.js';
import { Bus } from '../../platform/messaging/bus.js';
import type { Heard } from './finding.js';
import { refuseInvestigation } from './investigation.errors.js';

/** What findings rest on, asked of its owner: before anything is written, and before a statement is shown. */
@Injectable()
export class EvidenceOfCase {
  constructor(
    private readonly bus: Bus,
    private readonly database: ModuleDatabase,
  ) {}

  /**
   * @returns what was heard of each item's classification before its owner answered: whatever is heard later is news
   * to whoever rests on it
   * @throws UNKNOWN_EVIDENCE naming each that the case does not have in that version; OWNER_UNAVAILABLE
   */
  async require(caseId: string, refs: readonly EvidenceRef[]): Promise<Heard> {
    if (refs.length === 0) return {};
    const heard = await this.heardOf(refs.map(({ evidenceId }) => evidenceId));
    const known = await this.bus.ask(GetEvidenceReference, { references: [...refs] });
    const there = new Set(known.filter((each) => each.caseId === caseId).map(nameOfRef));
    const evidenceRefs = refs.map(nameOfRef).filter((name) => !there.has(name));
    if (evidenceRefs.length > 0) throw refuseInvestigation.UNKNOWN_EVIDENCE(undefined, { evidenceRefs });
    return heard;
  }

  /**
   * The items among these that the caller is cleared for, as they are classified now.
   * @throws OWNER_UNAVAILABLE
   */
  async cleared(refs: readonly EvidenceRef[]): Promise<ReadonlySet<string>> {
    const distinct = [...new Map(refs.map((each) => [each.evidenceId, each])).values()];
    const levels = clearedFor(currentCall().actor.clearance);
    const shown = new Set<string>();
    for (const references of inParts(distinct, REFERENCES_AT_ONCE))
      for (const { evidenceId, classification } of await this.bus.ask(GetEvidenceReference, { references }))
        if (levels.includes(classification)) shown.add(evidenceId);
    return shown;
  }

  private async heardOf(evidenceIds: readonly string[]): Promise<Heard> {
    const rows = await this.database.query<{ evidenceId: string; version: number }>({
      name: 'classifications_heard',
      text: `SELECT item AS "evidenceId", coalesce(max(classification_version), 0)::int AS version
             FROM unnest($1::text[]) AS item LEFT JOIN reclassified_evidence ON evidence_id = item GROUP BY item`,
      values: [evidenceIds],
    });
    return Object.fromEntries(rows.map(({ evidenceId, version }) => [evidenceId, version]));
  }
}
