import { Injectable } from '@nestjs/common';
import { GetPartySnapshot, type PartySnapshot } from '../../contracts/party/get-party-snapshot.js';
import { GatheredLookup } from '../../platform/database/gathered-lookup.js';
import { ModuleDatabase } from '../../platform/database/module-database.js';
import { Bus } from '../../platform/messaging/bus.js';
import { ReadModels } from '../../platform/projections/read-models.js';
import { refuseCase } from './case-registry.errors.js';

/** What a party is called now, and the version that says so. A merged party is called what its survivor is. */
export interface NamedParty {
  name: string;
  version: number;
}

const CACHE = 'party-names';

/** Names parties from the local cache where it is recent, and by asking Party where it is not. */
@Injectable()
export class NameParties {
  private readonly cache = new GatheredLookup((partyIds) => this.cached(partyIds));

  constructor(
    private readonly database: ModuleDatabase,
    private readonly readModels: ReadModels,
    private readonly bus: Bus,
  ) {}

  /** @throws UNKNOWN_PARTY naming every id that Party does not know; OWNER_UNAVAILABLE when Party does not answer */
  async now(partyIds: readonly string[]): Promise<Map<string, NamedParty>> {
    const wanted = [...new Set(partyIds)];
    const named = await this.cachedOrAsked(wanted);
    const unknown = wanted.filter((partyId) => !named.has(partyId));
    if (unknown.length > 0) throw refuseCase.UNKNOWN_PARTY('Register the party first.', { partyIds: unknown });
    return named;
  }

  private async cachedOrAsked(wanted: readonly string[]): Promise<Map<string, NamedParty>> {
    const recent = await this.readModels.isFresh(CACHE, wanted);
    const named = recent ? await this.cache.of(wanted) : new Map<string, NamedParty>();
    const missing = wanted.filter((partyId) => !named.has(partyId));
    if (missing.length === 0) return named;
    const answers = await this.ask(missing);
    const survivors = await this.ask(answers.flatMap(({ mergedInto }) => mergedInto ?? []));
    const nameOf = new Map(survivors.map(({ partyId, legalName }) => [partyId, legalName]));
    for (const { partyId, legalName, partyVersion, mergedInto } of answers)
      named.set(partyId, { name: nameOf.get(mergedInto ?? '') ?? legalName, version: partyVersion });
    return named;
  }

  private ask(partyIds: readonly string[]): Promise<PartySnapshot[]> {
    return partyIds.length === 0 ? Promise.resolve([]) : this.bus.ask(GetPartySnapshot, { partyIds: [...partyIds] });
  }

  private async cached(partyIds: readonly string[]): Promise<Map<string, NamedParty>> {
    const rows = await this.database.query<{ partyId: string; name: string; version: number }>({
      name: 'cached_party_names',
      text: `SELECT n.party_id AS "partyId", coalesce(survivor.display_name, n.display_name) AS name,
               n.party_version AS version
             FROM party_name n LEFT JOIN party_name survivor ON survivor.party_id = n.merged_into
             WHERE n.party_id = ANY ($1)`,
      values: [partyIds],
    });
    return new Map(rows.map(({ partyId, name, version }) => [partyId, { name, version }]));
  }
}
