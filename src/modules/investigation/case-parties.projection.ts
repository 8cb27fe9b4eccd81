import { Injectable } from '@nestjs/common';
import { CasePartyAdded } from '../../contracts/case-registry/case-party-added.v1.js';
import { CasePartyRemoved } from '../../contracts/case-registry/case-party-removed.v1.js';
import { CaseRegistered } from '../../contracts/case-registry/case-registered.v1.js';
import type { Envelope } from '../../platform/messaging/envelope.js';
import { Projection, type ProjectionHandler } from '../../platform/messaging/handlers.js';
import type { ProjectionTransaction } from '../../platform/messaging/projection-transaction.js';

type RoleEvent = Envelope<CasePartyAdded | CasePartyRemoved>;

const rolesIn = (event: Envelope): { partyId: string; role: string }[] =>
  event.eventType === CaseRegistered.type
    ? (event as Envelope<CaseRegistered>).payload.parties
    : [(event as RoleEvent).payload];

/** Who has a role in which case. */
@Injectable()
@Projection({ name: 'case-parties', consumes: [CaseRegistered, CasePartyAdded, CasePartyRemoved] })
export class CasePartiesProjection implements ProjectionHandler {
  apply(events: readonly Envelope[], transaction: ProjectionTransaction): Promise<void> {
    // Of several events about one role only the last matters, and a statement may touch a row only once.
    const latest = new Map<string, { event: Envelope; partyId: string; role: string }>();
    for (const event of events)
      for (const { partyId, role } of rolesIn(event))
        latest.set(`${event.aggregateId} ${partyId} ${role}`, { event, partyId, role });
    const rows = [...latest.values()];
    transaction.upsert(
      {
        name: 'case_party_roles',
        text: `INSERT INTO ${transaction.table('case_party_role')} AS known (case_id, party_id, role, case_version, removed_at)
               SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::timestamptz[])
               ON CONFLICT (case_id, party_id, role) DO UPDATE
                 SET case_version = excluded.case_version, removed_at = excluded.removed_at
               WHERE known.case_version < excluded.case_version`,
        values: [
          rows.map(({ event }) => event.aggregateId),
          rows.map(({ partyId }) => partyId),
          rows.map(({ role }) => role),
          rows.map(({ event }) => event.aggregateVersion),
          rows.map(({ event }) => (event.eventType === CasePartyRemoved.type ? event.occurredAt : null)),
        ],
      },
      rows.length,
    );
    return Promise.resolve();
  }

  forget(caseId: string, transaction: ProjectionTransaction): void {
    transaction.write({
      name: 'case_party_roles_forget',
      text: `DELETE FROM ${transaction.table('case_party_role')} WHERE case_id = $1`,
      values: [caseId],
    });
  }
}
