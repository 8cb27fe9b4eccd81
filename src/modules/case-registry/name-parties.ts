import { Injectable } from '@nestjs/common';
import { GetPartySnapshot } from '../../contracts/party/get-party-snapshot.js';
import { ModuleDatabase } from '../../platform/database/module-database.js';
import { Bus } from '../../platform/messaging/bus.js';
import { ReadModels } from '../../platform/projections/read-models.js';
import { refuseCase } from './case-registry.errors.js';

/** What a party is called now, and the version that says so. */
export interface NamedParty {
  name: string;
  version: number;
}

/** Names parties from the local cache where it is recent, and by asking Party where it is not. */
@Injectable()
export class NameParties {
  constructor(
    private readonly database: ModuleDatabase,
    private readonly readModels: ReadModels,
    private readonly bus: Bus,
  ) {}

  /** @throws UNKNOWN_PARTY naming every id that Party does not know; OWNER_UNAVAILABLE when Party does not answer */
  async now(partyIds: readonly string[]): Promise<Map<string, NamedParty>> {
    const wanted = [...new Set(partyIds)];
    const named = (await this.readModels.isFresh('party-names', wanted))
      ? await this.cached(wanted)
      : new Map<string, NamedParty>();
    const missing = wanted.filter((partyId) => !named.has(partyId));
    if (missing.length > 0) {
      const answers = await this.bus.ask(GetPartySnapshot, { partyIds: missing });
      for (const { partyId, legalName, partyVersion } of answers)
        named.set(partyId, { name: legalName, version: partyVersion });
    }
    const unknown = wanted.filter((partyId) => !named.has(partyId));
    if (unknown.length > 0) throw refuseCase.UNKNOWN_PARTY('Register the party first.', { partyIds: unknown });
    return named;
  }

  private async cached(partyIds: readonly string[]): Promise<Map<string, NamedParty>> {
    const rows = await this.database.query<{ party_id: string; display_name: string; party_version: number }>({
      name: 'cached_party_names',
      text: 'SELECT party_id, display_name, party_version FROM party_name WHERE party_id = ANY ($1) AND merged_into IS NULL',
      values: [partyIds],
    });
    return new Map(rows.map((row) => [row.party_id, { name: row.display_name, version: row.party_version }]));
  }
}
