import { Injectable } from '@nestjs/common';
import { GetPartySnapshot, PARTIES_AT_ONCE } from '../../contracts/party/get-party-snapshot.js';
import { clearedFor, currentCall, type Classification } from '../../platform/base/context.js';
import { ModuleDatabase } from '../../platform/database/module-database.js';
import { inParts } from '../../platform/base/in-parts.js';
import { Bus } from '../../platform/messaging/bus.js';
import { redactedIf, type Redacted } from '../../platform/policy/redacted.js';
import type { CaseParty } from './case-party.js';

/** A party of the case as its reader may see it: the frozen name and the present one, side by side. */
export type ReadCaseParty = Omit<CaseParty, 'caseId' | 'partyNameAtRegistration'> & {
  partyNameAtRegistration: string | null;
  currentPartyName: string | null;
  mergedInto: string | null;
} & Redacted<'partyNameAtRegistration' | 'currentPartyName'>;

type FoundParty = Omit<CaseParty, 'caseId'> & {
  currentPartyName: string;
  mergedInto: string | null;
  classification: Classification | null;
  survivorClassification: Classification | null;
};

/** The parties of a case, with the names that the reader is cleared for. */
@Injectable()
export class ReadCaseParties {
  constructor(
    private readonly database: ModuleDatabase,
    private readonly bus: Bus,
  ) {}

  /** In the order in which they joined. */
  async of(caseId: string): Promise<ReadCaseParty[]> {
    const found = await this.joined(caseId);
    const asked = await this.asked(found);
    const levels = clearedFor(currentCall().actor.clearance);
    const isCleared = (cached: Classification | null, partyId: string): boolean => {
      const classification = cached ?? asked.get(partyId);
      return classification !== undefined && levels.includes(classification);
    };
    return found.map(({ classification, survivorClassification, ...party }) => {
      const { partyId, mergedInto } = party;
      // A merged party goes by the survivor's name, also at registration if it was merged by then: guarded as both.
      const shown =
        isCleared(classification, partyId) && (mergedInto === null || isCleared(survivorClassification, mergedInto));
      if (shown) return party;
      const withheld = { partyNameAtRegistration: true, currentPartyName: true };
      return { ...party, partyNameAtRegistration: null, currentPartyName: null, ...redactedIf(withheld) };
    });
  }

  /** What the cache does not know, because the party has just been registered or was cached before this was kept. */
  private async asked(found: readonly FoundParty[]): Promise<Map<string, Classification>> {
    const unknown = found.flatMap(({ partyId, mergedInto, classification, survivorClassification }) => [
      ...(classification === null ? [partyId] : []),
      ...(mergedInto !== null && survivorClassification === null ? [mergedInto] : []),
    ]);
    const known = new Map<string, Classification>();
    for (const partyIds of inParts([...new Set(unknown)], PARTIES_AT_ONCE))
      for (const { partyId, classification } of await this.bus.ask(GetPartySnapshot, { partyIds }))
        known.set(partyId, classification);
    return known;
  }

  /** The present name is joined at read: a change of name rewrites no case. */
  private joined(caseId: string): Promise<FoundParty[]> {
    return this.database.query<FoundParty>({
      name: 'case_parties',
      text: `SELECT p.party_id AS "partyId", p.role, p.party_name_at_registration AS "partyNameAtRegistration",
               p.party_version_at_registration AS "partyVersionAtRegistration", p.registered_at AS "registeredAt",
               coalesce(survivor.display_name, n.display_name, p.party_name_at_registration) AS "currentPartyName",
               n.merged_into AS "mergedInto", n.classification,
               survivor.classification AS "survivorClassification"
             FROM case_party p LEFT JOIN party_name n USING (party_id)
               LEFT JOIN party_name survivor ON survivor.party_id = n.merged_into
             WHERE p.case_id = $1 ORDER BY p.registered_at, p.role DESC, p.party_id`,
      values: [caseId],
    });
  }
}
