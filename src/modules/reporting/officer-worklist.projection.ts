import { Injectable } from '@nestjs/common';
import { CaseHeaderAmended } from '../../contracts/case-registry/case-header-amended.v1.js';
import { CasePartyAdded } from '../../contracts/case-registry/case-party-added.v1.js';
import { CasePartyRemoved } from '../../contracts/case-registry/case-party-removed.v1.js';
import { CaseRegistered } from '../../contracts/case-registry/case-registered.v1.js';
import type { PartyRole } from '../../contracts/shared/values.js';
import type { Envelope } from '../../platform/messaging/envelope.js';
import { Projection, type ProjectionHandler } from '../../platform/messaging/handlers.js';
import type { ProjectionTransaction } from '../../platform/messaging/projection-transaction.js';
import { CaseLifecycleChanged } from '../../contracts/case-registry/case-lifecycle-changed.v1.js';
import { amendedFacts, caseKey, factsOf, lifecycleFact, unregistered, type CaseFacts } from './case-facts.js';
import { applyTo, revise, type Recipe, type Store } from './fold.js';
import { untouched, type Provenance } from './provenance.js';

const FACTS = [
  'case_number',
  'case_type_code',
  'title',
  'status',
  'classification',
  'restricted_to_team',
  'team',
  'location',
  'registered_at',
] as const;

/** One case in the worklist, with the ids of its subjects in the order in which they joined. */
export interface WorklistCase extends Pick<CaseFacts, (typeof FACTS)[number]>, Provenance {
  case_id: string;
  subjects: readonly string[];
}

/** The party, if it is a subject: the worklist shows no other role. */
const subjectsIn = (parties: readonly { partyId: string; role: PartyRole }[]): string[] =>
  parties.filter(({ role }) => role === 'SUBJECT').map(({ partyId }) => partyId);

export const worklistRecipe: Recipe<WorklistCase> = {
  keysOf: caseKey,
  keyOf: ({ case_id }) => case_id,
  blank: (caseId) => ({ case_id: caseId, ...unregistered(FACTS), subjects: [], ...untouched() }),
  change: ({ subjects, status }, event) => {
    switch (event.eventType) {
      case CaseRegistered.type: {
        const registered = event as Envelope<CaseRegistered>;
        return { ...factsOf(registered, { status }), subjects: subjectsIn(registered.payload.parties) };
      }
      case CaseHeaderAmended.type:
        return amendedFacts(event as Envelope<CaseHeaderAmended>);
      case CaseLifecycleChanged.type:
        return lifecycleFact(event as Envelope<CaseLifecycleChanged>);
      case CasePartyAdded.type: {
        const added = subjectsIn([(event as Envelope<CasePartyAdded>).payload]);
        return { subjects: [...subjects.filter((each) => !added.includes(each)), ...added] };
      }
      case CasePartyRemoved.type: {
        const removed = subjectsIn([(event as Envelope<CasePartyRemoved>).payload]);
        return { subjects: subjects.filter((each) => !removed.includes(each)) };
      }
      default:
        return {};
    }
  },
};

const worklistStore: Store = { name: 'worklist', table: 'worklist_case', key: ['case_id'] };

/** What there is to do: every case, assigned or not. */
@Injectable()
@Projection({
  name: 'officer-worklist',
  consumes: [CaseRegistered, CaseHeaderAmended, CasePartyAdded, CasePartyRemoved, CaseLifecycleChanged],
})
export class OfficerWorklistProjection implements ProjectionHandler {
  async apply(events: readonly Envelope[], transaction: ProjectionTransaction): Promise<void> {
    revise('worklist_revision', transaction);
    await applyTo(worklistStore, worklistRecipe, events, transaction);
  }

  forget(caseId: string, transaction: ProjectionTransaction): void {
    revise('worklist_revision', transaction);
    transaction.write({
      name: 'worklist_forget',
      text: `DELETE FROM ${transaction.table('worklist_case')} WHERE case_id = $1`,
      values: [caseId],
    });
  }
}
