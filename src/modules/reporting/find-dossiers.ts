import { Injectable } from '@nestjs/common';
import type { RegisteredParty } from '../../contracts/case-registry/case-registered.v1.js';
import type { Reader } from '../../casework/visibility.js';
import { ModuleDatabase } from '../../platform/database/module-database.js';
import type { Dossier, DossierLink } from './case-dossier.projection.js';
import { factsFrom } from './case-facts.js';
import type { Provenance } from './provenance.js';
import type { GuardedRow } from './reader.js';
import { keysOf, rowsOf, type JoinedParty } from './shown-names.js';

export type DossierParty = RegisteredParty & JoinedParty & { nameAtRegistration: string | null };

/** A dossier with what is joined to it at read: the names of its parties, and who may see the linked cases. */
export type JoinedDossier = Omit<Dossier, 'parties' | 'links'> & {
  parties: readonly DossierParty[];
  links: readonly (DossierLink & { linked: GuardedRow | null })[];
};

/** Every row that the dossier is made of as this reader may see it. */
export const rowsIn = (reader: Reader, dossier: JoinedDossier): Provenance[] => [
  dossier,
  ...dossier.parties.flatMap((each) => rowsOf(reader, each)),
];

/** The case and the parties that the dossier is about. */
export const keysIn = ({ case_id, parties }: JoinedDossier): string[] => [
  case_id,
  ...parties.flatMap((each) => keysOf(each.partyId, each)),
];

const JOINED = `
  SELECT d.case_id, ${factsFrom('d')}, d.matter, d.sources, d.last_event_id,
    d.last_event_occurred_at, d.projected_at,
    (SELECT coalesce(json_agg(json_build_object('partyId', p.id, 'role', p.role,
         'partyVersionAtRegistration', p.version, 'nameAtRegistration', v.display_name,
         'party', n, 'survivor', s) ORDER BY p.place), '[]')
     FROM ROWS FROM (jsonb_to_recordset(d.parties)
         AS ("partyId" text, role text, "partyVersionAtRegistration" integer))
       WITH ORDINALITY AS p (id, role, version, place)
     LEFT JOIN current_party_name n ON n.party_id = p.id
     LEFT JOIN current_party_name s ON s.party_id = n.merged_into
     LEFT JOIN LATERAL (SELECT display_name FROM party_name_by_version
       WHERE party_id = p.id AND party_version <= p.version ORDER BY party_version DESC LIMIT 1) v ON true
    ) AS parties,
    (SELECT coalesce(json_agg(l.value || jsonb_build_object('linked', o.guard) ORDER BY l.ordinality), '[]')
     FROM jsonb_array_elements(d.links) WITH ORDINALITY l
     LEFT JOIN LATERAL (SELECT jsonb_build_object('classification', classification,
         'restricted_to_team', restricted_to_team, 'team', team, 'registered_at', registered_at) AS guard
       FROM case_dossier WHERE case_id = l.value ->> 'linkedCaseId') o ON true
    ) AS links
  FROM case_dossier d`;

/**
 * By what a dossier is known to be the one that was read before, names and linked cases included: every touch of a row
 * changes its sources, and a rebuild when it was projected.
 */
const MARKS = `
  SELECT d.case_id, md5(concat_ws(' ', d.sources, d.projected_at,
    (SELECT string_agg(concat_ws(' ', n.sources, n.projected_at, s.sources, s.projected_at), ' ' ORDER BY p.place)
     FROM ROWS FROM (jsonb_to_recordset(d.parties) AS ("partyId" text)) WITH ORDINALITY AS p (id, place)
     LEFT JOIN current_party_name n ON n.party_id = p.id
     LEFT JOIN current_party_name s ON s.party_id = n.merged_into),
    (SELECT string_agg(concat_ws(' ', o.sources, o.projected_at), ' ' ORDER BY l.place)
     FROM jsonb_array_elements(d.links) WITH ORDINALITY AS l (link, place)
     JOIN case_dossier o ON o.case_id = l.link ->> 'linkedCaseId'))) AS mark
  FROM case_dossier d WHERE d.case_id = ANY ($1)`;

/** Finds dossiers whoever asks: who may see them is for the caller to decide. */
@Injectable()
export class FindDossiers {
  constructor(private readonly database: ModuleDatabase) {}

  /** By one id: a list of ids, whose length is not known beforehand, would be planned anew at every call. */
  async one(caseId: string): Promise<JoinedDossier | undefined> {
    const text = `${JOINED} WHERE d.case_id = $1`;
    const [found] = await this.database.query<JoinedDossier>({ name: 'find_dossier', text, values: [caseId] });
    return found;
  }

  /** By case: what is another text once anything in the dossier has changed. None of a case that is not here. */
  async marks(caseIds: readonly string[]): Promise<Map<string, string>> {
    const found = await this.database.query<{ case_id: string; mark: string }>({
      name: 'dossier_marks',
      text: MARKS,
      values: [caseIds],
    });
    return new Map(found.map(({ case_id, mark }) => [case_id, mark]));
  }

  async many(caseIds: readonly string[]): Promise<JoinedDossier[]> {
    const text = `${JOINED} WHERE d.case_id = ANY ($1)`;
    return this.database.query<JoinedDossier>({ name: 'find_dossiers', text, values: [caseIds] });
  }
}
