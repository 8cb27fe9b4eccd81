import { Injectable } from '@nestjs/common';
import { GetCaseReference, type CaseReference } from '../../contracts/case-registry/get-case-reference.js';
import { concerns } from '../../platform/base/context.js';
import { Bus } from '../../platform/messaging/bus.js';
import { callerMayRead } from '../../casework/visibility.js';
import { refuse } from '../../platform/base/refusal.js';
import { refuseInvestigation } from './investigation.errors.js';

/** What Investigation needs to know of cases, as their owner answers. */
@Injectable()
export class Cases {
  constructor(private readonly bus: Bus) {}

  /** @throws NOT_FOUND when there is no such case or it is not the caller's to see; OWNER_UNAVAILABLE */
  async readable(caseId: string): Promise<CaseReference> {
    concerns({ caseId });
    const found = await this.bus.ask(GetCaseReference, { caseId });
    if (!found || !callerMayRead(found)) throw refuse.NOT_FOUND();
    return found;
  }

  /** @throws PARTY_NOT_IN_CASE */
  requireParty({ parties }: Pick<CaseReference, 'parties'>, partyId: string): void {
    if (!parties.some((each) => each.partyId === partyId)) throw refuseInvestigation.PARTY_NOT_IN_CASE();
  }
}
