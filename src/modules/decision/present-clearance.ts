import { Injectable } from '@nestjs/common';
import { GetEvidenceReference, REFERENCES_AT_ONCE } from '../../contracts/evidence/get-evidence-reference.js';
import { GetPartySnapshot, PARTIES_AT_ONCE } from '../../contracts/party/get-party-snapshot.js';
import type { Classification } from '../../contracts/shared/values.js';
import { inParts } from '../../platform/base/in-parts.js';
import { Bus } from '../../platform/messaging/bus.js';
import { isCleared } from './read-access.js';

/**
 * What was captured never changes, but who may see it follows how its owner classifies it now, upwards and downwards.
 * What the owner does not know is for nobody.
 */
@Injectable()
export class PresentClearance {
  constructor(private readonly bus: Bus) {}

  /** The parties among these that the caller is cleared for. @throws OWNER_UNAVAILABLE */
  ofParties(partyIds: readonly string[]): Promise<ReadonlySet<string>> {
    return among(partyIds, PARTIES_AT_ONCE, async (some) =>
      (await this.bus.ask(GetPartySnapshot, { partyIds: some })).map(({ partyId, classification }) => ({
        id: partyId,
        classification,
      })),
    );
  }

  /** The items among these that the caller is cleared for. @throws OWNER_UNAVAILABLE */
  ofEvidence(evidenceIds: readonly string[]): Promise<ReadonlySet<string>> {
    return among(evidenceIds, REFERENCES_AT_ONCE, async (some) => {
      const references = some.map((evidenceId) => ({ evidenceId }));
      const known = await this.bus.ask(GetEvidenceReference, { references });
      return known.map(({ evidenceId, classification }) => ({ id: evidenceId, classification }));
    });
  }
}

async function among(
  ids: readonly string[],
  atOnce: number,
  ask: (some: string[]) => Promise<{ id: string; classification: Classification }[]>,
): Promise<ReadonlySet<string>> {
  const cleared = new Set<string>();
  for (const some of inParts([...new Set(ids)], atOnce))
    for (const { id, classification } of await ask(some)) if (isCleared(classification)) cleared.add(id);
  return cleared;
}
