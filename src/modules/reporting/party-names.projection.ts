import { Injectable } from '@nestjs/common';
import { PartyMerged } from '../../contracts/party/party-merged.v1.js';
import { PartyProfileChanged } from '../../contracts/party/party-profile-changed.v1.js';
import { PartyRegistered } from '../../contracts/party/party-registered.v1.js';
import { PartyUnmerged } from '../../contracts/party/party-unmerged.v1.js';
import type { Classification } from '../../contracts/shared/values.js';
import type { Envelope } from '../../platform/messaging/envelope.js';
import { Projection, type ProjectionHandler } from '../../platform/messaging/handlers.js';
import type { ProjectionTransaction } from '../../platform/messaging/projection-transaction.js';
import { applyTo, revise, type Recipe, type Store } from './fold.js';
import { untouched, type Provenance } from './provenance.js';

/** What a party is called now. */
export interface KnownParty extends Provenance {
  party_id: string;
  /** Of a merged party, the survivor's when they were merged. */
  display_name: string;
  /** Unknown only when its registration was never seen. */
  classification: Classification | null;
  merged_into: string | null;
}

type PartyEvent = Envelope<{ displayName: string; classification?: Classification; mergedInto?: string }>;

export const partyRecipe: Recipe<KnownParty> = {
  keysOf: ({ aggregateId }) => [aggregateId],
  keyOf: ({ party_id }) => party_id,
  blank: (partyId) => ({
    party_id: partyId,
    display_name: '',
    classification: null,
    merged_into: null,
    ...untouched(),
  }),
  change: (_, event) => {
    const { displayName, classification, mergedInto } = (event as PartyEvent).payload;
    return {
      display_name: displayName,
      merged_into: event.eventType === PartyMerged.type ? (mergedInto ?? null) : null,
      // Merging and unmerging say nothing of it.
      ...(classification && { classification }),
    };
  },
};

const partyStore: Store = { name: 'party_name', table: 'current_party_name', key: ['party_id'] };

/** A merged party is known under another's name, but has not been renamed: its own name stays what it was. */
const namesItself = ({ eventType }: Envelope): boolean =>
  eventType === PartyRegistered.type || eventType === PartyProfileChanged.type;

/**
 * What parties are called now, and were called at each of their versions. Read models join the names when they are
 * read, so that a party's change of name rewrites no case.
 */
@Injectable()
@Projection({ name: 'party-names', consumes: [PartyRegistered, PartyProfileChanged, PartyMerged, PartyUnmerged] })
export class PartyNamesProjection implements ProjectionHandler {
  async apply(events: readonly Envelope[], transaction: ProjectionTransaction): Promise<void> {
    await applyTo(partyStore, partyRecipe, events, transaction);
    revise('party_name_revision', transaction);
    const names = (events as PartyEvent[]).filter(namesItself);
    transaction.write({
      name: 'party_name_by_version_save',
      text: `INSERT INTO ${transaction.table('party_name_by_version')} (party_id, party_version, display_name, event_id)
             SELECT * FROM unnest($1::text[], $2::int[], $3::text[], $4::text[]) ON CONFLICT DO NOTHING`,
      values: [
        names.map(({ aggregateId }) => aggregateId),
        names.map(({ aggregateVersion }) => aggregateVersion),
        names.map(({ payload }) => payload.displayName),
        names.map(({ id }) => id),
      ],
    });
  }

  forget(partyId: string, transaction: ProjectionTransaction): void {
    revise('party_name_revision', transaction);
    for (const table of ['current_party_name', 'party_name_by_version'])
      transaction.write({
        name: `${table}_forget`,
        text: `DELETE FROM ${transaction.table(table)} WHERE party_id = $1`,
        values: [partyId],
      });
  }
}
