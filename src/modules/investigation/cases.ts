import { Injectable } from '@nestjs/common';
import { GetCaseReference, type CaseReference } from '../../contracts/case-registry/get-case-reference.js';
import { Clock } from '../../platform/clock.js';
import { concerns, currentCall } from '../../platform/context.js';
import { ModuleDatabase } from '../../platform/database/module-database.js';
import { Bus } from '../../platform/messaging/bus.js';
import { mayRead } from '../../platform/policy/access.js';
import { ReadModels } from '../../platform/projections/read-models.js';
import { refuse } from '../../platform/refusal.js';
import { refuseInvestigation } from './investigation.errors.js';

/** How long a command that was told by another module waits for the local copy: it may not ask. */
const CATCH_UP_MS = 2_000;

/** What Investigation needs to know of cases: the owner's answer, or the local copy where nobody may be asked. */
@Injectable()
export class Cases {
  constructor(
    private readonly bus: Bus,
    private readonly database: ModuleDatabase,
    private readonly readModels: ReadModels,
    private readonly clock: Clock,
  ) {}

  /** @throws NOT_FOUND when there is no such case or it is not the caller's to see; OWNER_UNAVAILABLE */
  async readable(caseId: string): Promise<CaseReference> {
    concerns({ caseId });
    const found = await this.bus.ask(GetCaseReference, { caseId });
    if (!found || !mayRead(currentCall().actor, found)) throw refuse.NOT_FOUND();
    return found;
  }

  /** @throws CASE_CLOSED */
  requireOpen({ status }: Pick<CaseReference, 'status'>): void {
    if (status === 'CLOSED') throw refuseInvestigation.CASE_CLOSED('Reopen the case first.');
  }

  /** @throws PARTY_NOT_IN_CASE */
  requireParty({ parties }: Pick<CaseReference, 'parties'>, partyId: string): void {
    if (!parties.some((each) => each.partyId === partyId)) throw refuseInvestigation.PARTY_NOT_IN_CASE();
  }

  /** For a command that another module tells. @throws PARTY_NOT_IN_CASE; OWNER_UNAVAILABLE while the copy is behind */
  async requireKnownParty(caseId: string, partyId: string): Promise<void> {
    const begun = this.clock.now();
    const known = await this.readModels.until(async () => {
      const rows = await this.database.query({
        name: 'case_party_known',
        text: 'SELECT 1 FROM case_party_role WHERE case_id = $1 AND party_id = $2 AND removed_at IS NULL LIMIT 1',
        values: [caseId, partyId],
      });
      return rows.length > 0 || undefined;
    }, CATCH_UP_MS);
    if (known) return;
    if (await this.readModels.holdsAllBefore(begun, 'case-parties', [caseId]))
      throw refuseInvestigation.PARTY_NOT_IN_CASE();
    throw refuse.OWNER_UNAVAILABLE('The parties of the case are not known here yet; try again.');
  }
}
