import { Injectable } from '@nestjs/common';
import { PartyMerged } from '../../contracts/party/party-merged.v1.js';
import { PartyProfileChanged } from '../../contracts/party/party-profile-changed.v1.js';
import { PartyRegistered } from '../../contracts/party/party-registered.v1.js';
import { PartyUnmerged } from '../../contracts/party/party-unmerged.v1.js';
import type { Classification } from '../../contracts/shared/values.js';
import type { Envelope } from '../../platform/messaging/envelope.js';
import { Projection, type ProjectionHandler } from '../../platform/messaging/handlers.js';
import type { ProjectionTransaction } from '../../platform/messaging/projection-transaction.js';

type PartyEvent = Envelope<{
  partyId: string;
  displayName: string;
  mergedInto?: string;
  classification?: Classification;
}>;

/** The local cache of what parties are called, so that registering a case need not ask for every name. */
@Injectable()
@Projection({ name: 'party-names', consumes: [PartyRegistered, PartyProfileChanged, PartyMerged, PartyUnmerged] })
export class PartyNamesProjection implements ProjectionHandler {
  apply(events: readonly Envelope[], transaction: ProjectionTransaction): Promise<void> {
    // Of several events about one party only the last matters, and a statement may touch a row only once.
    const latest = [...new Map((events as PartyEvent[]).map((event) => [event.aggregateId, event])).values()];
    // Merging and unmerging say nothing of it: what was said before stands.
    const classifications = new Map(
      (events as PartyEvent[])
        .filter(({ payload }) => payload.classification)
        .map(({ aggregateId, payload }) => [aggregateId, payload.classification]),
    );
    transaction.upsert(
      {
        name: 'party_names',
        text: `INSERT INTO ${transaction.table('party_name')} AS known (party_id, party_version, display_name, merged_into, last_event_id, classification)
               SELECT * FROM unnest($1::text[], $2::int[], $3::text[], $4::text[], $5::text[], $6::text[])
               ON CONFLICT (party_id) DO UPDATE SET party_version = excluded.party_version,
                 display_name = excluded.display_name, merged_into = excluded.merged_into,
                 last_event_id = excluded.last_event_id,
                 classification = coalesce(excluded.classification, known.classification)
               WHERE known.party_version < excluded.party_version`,
        values: [
          latest.map((event) => event.payload.partyId),
          latest.map((event) => event.aggregateVersion),
          latest.map((event) => event.payload.displayName),
          latest.map((event) => (event.eventType === PartyMerged.type ? (event.payload.mergedInto ?? null) : null)),
          latest.map((event) => event.id),
          latest.map((event) => classifications.get(event.aggregateId) ?? null),
        ],
      },
      latest.length,
    );
    return Promise.resolve();
  }

  forget(partyId: string, transaction: ProjectionTransaction): void {
    transaction.write({
      name: 'party_names_forget',
      text: `DELETE FROM ${transaction.table('party_name')} WHERE party_id = $1`,
      values: [partyId],
    });
  }
}
