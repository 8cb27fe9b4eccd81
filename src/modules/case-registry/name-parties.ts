import { Injectable } from '@nestjs/common';
import { GetPartySnapshot, type PartySnapshot } from '../../contracts/party/get-party-snapshot.js';
import { Clock } from '../../platform/clock.js';
import { GatheredLookup } from '../../platform/database/gathered-lookup.js';
import { ModuleDatabase } from '../../platform/database/module-database.js';
import { Bus } from '../../platform/messaging/bus.js';
import { ReadModels } from '../../platform/projections/read-models.js';
import { refuse } from '../../platform/refusal.js';
import { refuseCase } from './case-registry.errors.js';

/** What a party is called now, and the version that says so. A merged party is called what its survivor is. */
export interface NamedParty {
  name: string;
  version: number;
}

const CACHE = 'party-names';
/** How long a command that was itself told by another module waits for the cache: it may not ask. */
const CATCH_UP_MS = 2_000;

/** Names parties from the local cache where it is recent, and by asking Party where it is not. */
@Injectable()
export class NameParties {
  private readonly cache = new GatheredLookup((partyIds) => this.cached(partyIds));

  constructor(
    private readonly database: ModuleDatabase,
    private readonly readModels: ReadModels,
    private readonly bus: Bus,
    private readonly clock: Clock,
  ) {}

  /** @throws UNKNOWN_PARTY naming every id that Party does not know; OWNER_UNAVAILABLE when Party does not answer */
  async now(partyIds: readonly string[]): Promise<Map<string, NamedParty>> {
    const wanted = [...new Set(partyIds)];
    const named = this.bus.mayAsk ? await this.cachedOrAsked(wanted) : await this.cachedInTime(wanted);
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

  /** Waits until the cache has what is missing, or has all that Party knew when it was asked for. */
  private async cachedInTime(wanted: readonly string[]): Promise<Map<string, NamedParty>> {
    const begun = this.clock.now();
    const all = await this.readModels.until(async () => {
      const named = await this.cache.of(wanted);
      return named.size === wanted.length ? named : undefined;
    }, CATCH_UP_MS);
    if (all) return all;
    if (await this.readModels.holdsAllBefore(begun, CACHE, wanted)) return this.cache.of(wanted);
    throw refuse.OWNER_UNAVAILABLE('The names of the parties are not known here yet; try again.');
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
