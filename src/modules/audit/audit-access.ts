import { Injectable } from '@nestjs/common';
import { CASES_AT_ONCE, GetCaseReferences } from '../../contracts/case-registry/get-case-references.js';
import { GetPartySnapshot, PARTIES_AT_ONCE } from '../../contracts/party/get-party-snapshot.js';
import { idOf } from '../../contracts/shared/values.js';
import { CLASSIFICATIONS, clearedFor, currentCall, isGuarded } from '../../platform/base/context.js';
import { inParts } from '../../platform/base/in-parts.js';
import { Bus } from '../../platform/messaging/bus.js';
import { refuse } from '../../platform/base/refusal.js';
import { callerAsReader } from '../../casework/visibility.js';

const CASE_ID = idOf('case');
const PARTY_ID = idOf('pty');

/** As which every audit event is staged. */
const CLASSIFICATION = 'CONFIDENTIAL';

/** Who may read which records. Teams do not count: whoever watches over cases watches over every team's. */
@Injectable()
export class AuditAccess {
  constructor(private readonly bus: Bus) {}

  /** @throws FORBIDDEN when the caller's clearance is below what audit records are classified as, whatever they ask for */
  requireCleared(): void {
    if (isGuarded('AUDIT_RECORD', 'CLEARANCE') && !clearedFor(currentCall().actor.clearance).includes(CLASSIFICATION))
      throw refuse.FORBIDDEN(`Audit records are ${CLASSIFICATION}; your clearance is below that.`);
  }

  /**
   * The chains among these that are about a case or a party classified above the caller's clearance. Their owners are
   * asked by those alone to whom it makes a difference: whoever is cleared for everything reads records whatever else
   * does not answer.
   * @throws OWNER_UNAVAILABLE
   */
  async hidden(chains: Iterable<string>): Promise<ReadonlySet<string>> {
    const distinct = [...new Set(chains)];
    const [cases, parties] = await Promise.all([
      this.hiddenCases(distinct.filter((chain) => CASE_ID.test(chain))),
      this.hiddenParties(distinct.filter((chain) => PARTY_ID.test(chain))),
    ]);
    return new Set([...cases, ...parties]);
  }

  private async hiddenCases(wanted: readonly string[]): Promise<string[]> {
    const { cleared } = callerAsReader();
    if (cleared.length === CLASSIFICATIONS.length) return [];
    const hidden: string[] = [];
    for (const caseIds of inParts(wanted, CASES_AT_ONCE))
      for (const { caseId, classification } of await this.bus.ask(GetCaseReferences, { caseIds }))
        if (!cleared.includes(classification)) hidden.push(caseId);
    return hidden;
  }

  private async hiddenParties(wanted: readonly string[]): Promise<string[]> {
    const cleared = clearedFor(currentCall().actor.clearance);
    if (cleared.length === CLASSIFICATIONS.length || !isGuarded('PARTY', 'CLEARANCE')) return [];
    const hidden: string[] = [];
    for (const partyIds of inParts(wanted, PARTIES_AT_ONCE))
      for (const { partyId, classification } of await this.bus.ask(GetPartySnapshot, { partyIds }))
        if (!cleared.includes(classification)) hidden.push(partyId);
    return hidden;
  }
}
