import { Injectable } from '@nestjs/common';
import { CaseHeaderAmended } from '../../contracts/case-registry/case-header-amended.v1.js';
import { CasePartyAdded } from '../../contracts/case-registry/case-party-added.v1.js';
import { CasePartyRemoved } from '../../contracts/case-registry/case-party-removed.v1.js';
import { CaseRegistered, type RegisteredParty } from '../../contracts/case-registry/case-registered.v1.js';
import type { Envelope } from '../../platform/messaging/envelope.js';
import { Projection, type ProjectionHandler } from '../../platform/messaging/handlers.js';
import type { ProjectionTransaction } from '../../platform/messaging/projection-transaction.js';
import { CaseLifecycleChanged } from '../../contracts/case-registry/case-lifecycle-changed.v1.js';
import { amendedFacts, caseKey, factsOf, lifecycleFact, unregistered, type CaseFacts } from './case-facts.js';
import { applyTo, type Recipe, type Store } from './fold.js';
import { untouched, type Provenance } from './provenance.js';

const FACTS = [
  'case_number',
  'title',
  'status',
  'classification',
  'restricted_to_team',
  'team',
  'registered_at',
] as const;

/** What a party's history says of a case. */
export interface HistoryCase extends Pick<CaseFacts, (typeof FACTS)[number]>, Provenance {
  case_id: string;
}

/** That a party has a role in a case, or had it. */
export interface HistoryRole extends Provenance {
  party_id: string;
  case_id: string;
  role: string;
  party_version_at_registration: number | null;
  removed_at: Date | string | null;
}

type InRole = Pick<RegisteredParty, 'partyId' | 'role'> & Partial<RegisteredParty>;

/** The parties that the event is about. */
function partiesOf({ payload }: Envelope): readonly InRole[] {
  const { parties, partyId } = payload as Partial<CaseRegistered> & Partial<InRole>;
  return parties ?? (partyId ? [payload as InRole] : []);
}

/** None of the three holds a space. */
const roleKey = (partyId: string, caseId: string, role: string): string => `${partyId} ${caseId} ${role}`;

export const historyCaseRecipe: Recipe<HistoryCase> = {
  keysOf: caseKey,
  keyOf: ({ case_id }) => case_id,
  blank: (caseId) => ({ case_id: caseId, ...unregistered(FACTS), ...untouched() }),
  change: (known, event) => {
    if (event.eventType === CaseRegistered.type) return factsOf(event as Envelope<CaseRegistered>, known);
    if (event.eventType === CaseLifecycleChanged.type) return lifecycleFact(event as Envelope<CaseLifecycleChanged>);
    if (event.eventType === CaseHeaderAmended.type) return amendedFacts(event as Envelope<CaseHeaderAmended>);
    return {};
  },
};

export const historyRoleRecipe: Recipe<HistoryRole> = {
  keysOf: (event) => {
    const [caseId = ''] = caseKey(event);
    return partiesOf(event).map(({ partyId, role }) => roleKey(partyId, caseId, role));
  },
  keyOf: ({ party_id, case_id, role }) => roleKey(party_id, case_id, role),
  blank: (key) => {
    const [party_id = '', case_id = '', role = ''] = key.split(' ');
    return { party_id, case_id, role, party_version_at_registration: null, removed_at: null, ...untouched() };
  },
  change: ({ party_id, role }, event) => {
    if (event.eventType === CasePartyRemoved.type) return { removed_at: event.occurredAt };
    const found = partiesOf(event).find((each) => each.partyId === party_id && each.role === role);
    return { party_version_at_registration: found?.partyVersionAtRegistration ?? null, removed_at: null };
  },
};

const caseStore: Store = { name: 'history_case', table: 'history_case', key: ['case_id'] };

const roleStore: Store = {
  name: 'history_role',
  table: 'history_role',
  key: ['party_id', 'case_id', 'role'],
  which: `(party_id, case_id, role) IN
    (SELECT split_part(key, ' ', 1), split_part(key, ' ', 2), split_part(key, ' ', 3) FROM unnest($1::text[]) AS key)`,
};

/** In which cases a party has, or had, a role. */
@Injectable()
@Projection({
  name: 'party-case-history',
  consumes: [CaseRegistered, CaseHeaderAmended, CasePartyAdded, CasePartyRemoved, CaseLifecycleChanged],
})
export class PartyCaseHistoryProjection implements ProjectionHandler {
  async apply(events: readonly Envelope[], transaction: ProjectionTransaction): Promise<void> {
    await applyTo(caseStore, historyCaseRecipe, events, transaction);
    await applyTo(roleStore, historyRoleRecipe, events, transaction);
  }

  forget(caseId: string, transaction: ProjectionTransaction): void {
    for (const table of ['history_case', 'history_role'])
      transaction.write({
        name: `${table}_forget`,
        text: `DELETE FROM ${transaction.table(table)} WHERE case_id = $1`,
        values: [caseId],
      });
  }
}
