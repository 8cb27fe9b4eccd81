import { Injectable } from '@nestjs/common';
import { CaseHeaderAmended } from '../../contracts/case-registry/case-header-amended.v1.js';
import { CaseLinked, type LinkRelation } from '../../contracts/case-registry/case-linked.v1.js';
import { CasePartyAdded } from '../../contracts/case-registry/case-party-added.v1.js';
import { CasePartyRemoved } from '../../contracts/case-registry/case-party-removed.v1.js';
import { CaseRegistered, type RegisteredParty } from '../../contracts/case-registry/case-registered.v1.js';
import type { Envelope } from '../../platform/messaging/envelope.js';
import { Projection, type ProjectionHandler } from '../../platform/messaging/handlers.js';
import type { ProjectionTransaction } from '../../platform/messaging/projection-transaction.js';
import { CaseLifecycleChanged } from '../../contracts/case-registry/case-lifecycle-changed.v1.js';
import {
  amendedFacts,
  CASE_FACTS,
  caseKey,
  factsOf,
  lifecycleFact,
  unregistered,
  type CaseFacts,
} from './case-facts.js';
import { MATTER_EVENTS, withEvent, type CaseMatter } from './case-matter.js';
import { applyTo, type Recipe, type Store } from './fold.js';
import { untouched, type Provenance } from './provenance.js';

export interface DossierLink {
  linkId: string;
  linkedCaseId: string;
  relation: LinkRelation;
}

/** One case with its parties, in the order in which they joined, its links, by id, and its matter. */
export interface Dossier extends CaseFacts, Provenance {
  case_id: string;
  parties: readonly RegisteredParty[];
  links: readonly DossierLink[];
  matter: CaseMatter;
}

type InRole = Pick<RegisteredParty, 'partyId' | 'role'>;

const without = (parties: readonly RegisteredParty[], { partyId, role }: InRole): RegisteredParty[] =>
  parties.filter((each) => each.partyId !== partyId || each.role !== role);

const partyOf = ({ partyId, role, partyVersionAtRegistration }: RegisteredParty): RegisteredParty => ({
  partyId,
  role,
  partyVersionAtRegistration,
});

function withLink(links: readonly DossierLink[], { linkId, linkedCaseId, relation }: CaseLinked): DossierLink[] {
  const others = links.filter((each) => each.linkId !== linkId);
  // Links are aggregates of their own and come in any order; their ids put them into one.
  return [...others, { linkId, linkedCaseId, relation }].sort((a, b) => (a.linkId < b.linkId ? -1 : 1));
}

export const dossierRecipe: Recipe<Dossier> = {
  keysOf: caseKey,
  keyOf: ({ case_id }) => case_id,
  blank: (caseId) => ({
    case_id: caseId,
    ...unregistered(CASE_FACTS),
    parties: [],
    links: [],
    matter: {},
    ...untouched(),
  }),
  change: (dossier, event) => {
    switch (event.eventType) {
      case CaseRegistered.type: {
        const registered = event as Envelope<CaseRegistered>;
        return { ...factsOf(registered, dossier), parties: registered.payload.parties.map(partyOf) };
      }
      case CaseHeaderAmended.type:
        return amendedFacts(event as Envelope<CaseHeaderAmended>);
      case CasePartyAdded.type: {
        const added = (event as Envelope<CasePartyAdded>).payload;
        return { parties: [...without(dossier.parties, added), partyOf(added)] };
      }
      case CasePartyRemoved.type:
        return { parties: without(dossier.parties, (event as Envelope<CasePartyRemoved>).payload) };
      case CaseLinked.type:
        return { links: withLink(dossier.links, (event as Envelope<CaseLinked>).payload) };
      case CaseLifecycleChanged.type:
        return lifecycleFact(event as Envelope<CaseLifecycleChanged>);
      default:
        return { matter: withEvent(dossier.matter, event) };
    }
  },
};

const dossierStore: Store = { name: 'dossier', table: 'case_dossier', key: ['case_id'] };

/** What officers and legal reviewers read of one case. */
@Injectable()
@Projection({
  name: 'case-dossier',
  consumes: [
    CaseRegistered,
    CaseHeaderAmended,
    CasePartyAdded,
    CasePartyRemoved,
    CaseLinked,
    CaseLifecycleChanged,
    ...MATTER_EVENTS,
  ],
})
export class CaseDossierProjection implements ProjectionHandler {
  apply(events: readonly Envelope[], transaction: ProjectionTransaction): Promise<void> {
    return applyTo(dossierStore, dossierRecipe, events, transaction);
  }

  forget(caseId: string, transaction: ProjectionTransaction): void {
    transaction.write({
      name: 'dossier_forget',
      text: `DELETE FROM ${transaction.table('case_dossier')} WHERE case_id = $1`,
      values: [caseId],
    });
  }
}
