import { Injectable } from '@nestjs/common';
import { callerAsReader, type Reader } from '../../casework/visibility.js';
import type { WaitQuery } from '../../platform/projections/wait-query.js';
import { refuse } from '../../platform/base/refusal.js';
import { shownFacts } from './case-facts.js';
import { FindDossiers, keysIn, rowsIn, type DossierParty, type JoinedDossier } from './find-dossiers.js';
import { Freshness, type ReadModel } from './freshness.js';
import { mayReadRow } from './reader.js';
import { shownMatter } from './shown-matter.js';
import { nameAtRegistration, nameNow, redactedOf } from './shown-names.js';

const CASE_DOSSIER = 'case-dossier';

const shownParty = (reader: Reader, joined: DossierParty) => {
  const { partyId, role, partyVersionAtRegistration, party } = joined;
  const then = nameAtRegistration(reader, joined, joined.nameAtRegistration);
  const now = nameNow(reader, joined);
  return {
    partyId,
    role,
    partyNameAtRegistration: then.partyNameAtRegistration,
    partyVersionAtRegistration,
    currentPartyName: now.currentPartyName,
    mergedInto: party?.merged_into ?? null,
    ...redactedOf<'partyNameAtRegistration' | 'currentPartyName'>(then, now),
  };
};

/** The dossier as this reader may see it. A link tells of another case: it is for those who may see both. */
export const shownDossier = (reader: Reader, dossier: JoinedDossier) => ({
  caseId: dossier.case_id,
  ...shownFacts(dossier),
  parties: dossier.parties.map((each) => shownParty(reader, each)),
  links: dossier.links
    .filter(({ linked }) => linked && mayReadRow(reader, linked))
    .map(({ linkId, linkedCaseId, relation }) => ({ linkId, linkedCaseId, relation })),
  ...shownMatter(reader.cleared, dossier.matter),
  caseVersion: dossier.sources[`case_header:${dossier.case_id}`] ?? null,
});

export type ShownDossier = ReturnType<typeof shownDossier>;

@Injectable()
export class ReadDossier {
  constructor(
    private readonly dossiers: FindDossiers,
    private readonly freshness: Freshness,
  ) {}

  /** @throws NOT_FOUND when there is no such case here yet, or it is not the caller's to see */
  async one(caseId: string, query: WaitQuery): Promise<ReadModel<ShownDossier>> {
    const reader = callerAsReader();
    const awaited = await this.freshness.awaited(CASE_DOSSIER, query);
    const dossier = await this.dossiers.one(caseId);
    if (!dossier || !mayReadRow(reader, dossier)) throw refuse.NOT_FOUND();
    const projection = await this.freshness.of(CASE_DOSSIER, rowsIn(reader, dossier), keysIn(dossier));
    return { data: shownDossier(reader, dossier), projection, ...awaited };
  }
}
