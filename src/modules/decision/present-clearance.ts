import { Injectable } from '@nestjs/common';
import { GetEvidenceReference } from '../../contracts/evidence/get-evidence-reference.js';
import { GetPartySnapshot } from '../../contracts/party/get-party-snapshot.js';
import type { Classification } from '../../contracts/shared/values.js';
import { Bus } from '../../platform/messaging/bus.js';
import { isCleared } from './read-access.js';

/** As many as each of the owners may be asked for at once. */
const MOST = 100;

/**
 * What was captured never changes, but who may see it follows how its owner classifies it now, upwards and downwards.
 * What the owner does not know is for nobody.
 */
@Injectable()
export class PresentClearance {
  constructor(private readonly bus: Bus) {}

  /** The parties among these that the caller is cleared for. @throws OWNER_UNAVAILABLE */
  ofParties(partyIds: readonly string[]): Promise<ReadonlySet<string>> {
    return among(partyIds, async (some) =>
      (await this.bus.ask(GetPartySnapshot, { partyIds: some })).map(({ partyId, classification }) => ({
        id: partyId,
        classification,
      })),
    );
  }

  /** The items among these that the caller is cleared for. @throws OWNER_UNAVAILABLE */
  ofEvidence(evidenceIds: readonly string[]): Promise<ReadonlySet<string>> {
    return among(evidenceIds, async (some) => {
      const references = some.map((evidenceId) => ({ evidenceId }));
      const known = await this.bus.ask(GetEvidenceReference, { references });
      return known.map(({ evidenceId, classification }) => ({ id: evidenceId, classification }));
    });
  }
}

async function among(
  ids: readonly string[],
  ask: (some: string[]) => Promise<{ id: string; classification: Classification }[]>,
): Promise<ReadonlySet<string>> {
  const wanted = [...new Set(ids)];
  const cleared = new Set<string>();
  for (let begin = 0; begin < wanted.length; begin += MOST)
    for (const { id, classification } of await ask(wanted.slice(begin, begin + MOST)))
      if (isCleared(classification)) cleared.add(id);
  return cleared;
}
