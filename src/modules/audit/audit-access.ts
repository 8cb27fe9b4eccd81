import { Injectable } from '@nestjs/common';
import { CASES_AT_ONCE, GetCaseReferences } from '../../contracts/case-registry/get-case-references.js';
import { CLASSIFICATIONS, clearedFor, currentCall, isGuarded } from '../../platform/base/context.js';
import { inParts } from '../../platform/base/in-parts.js';
import { Bus } from '../../platform/messaging/bus.js';
import { refuse } from '../../platform/base/refusal.js';
import { callerAsReader } from '../../casework/visibility.js';

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
   * The cases among these that are classified above the caller's clearance. Their owner is asked by those alone to whom
   * it makes a difference: whoever is cleared for everything reads records whatever else does not answer.
   * @throws OWNER_UNAVAILABLE
   */
  async hidden(caseIds: Iterable<string | null>): Promise<ReadonlySet<string>> {
    const { cleared } = callerAsReader();
    if (cleared.length === CLASSIFICATIONS.length) return new Set();
    const wanted = [...new Set(caseIds)].filter((caseId) => caseId !== null);
    const hidden = new Set<string>();
    for (const some of inParts(wanted, CASES_AT_ONCE))
      for (const { caseId, classification } of await this.bus.ask(GetCaseReferences, { caseIds: some }))
        if (!cleared.includes(classification)) hidden.add(caseId);
    return hidden;
  }
}
