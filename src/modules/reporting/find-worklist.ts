import { Injectable } from '@nestjs/common';
import { ModuleDatabase } from '../../platform/database/module-database.js';
import type { WorklistCase } from './officer-worklist.projection.js';
import { readableRows, valuesOf, type Reader } from '../../casework/visibility.js';
import type { JoinedParty } from './shown-names.js';

/** A case of the worklist with the names of its subjects. */
export type JoinedCase = Omit<WorklistCase, 'subjects' | 'registered_at' | 'sources'> & {
  registered_at: Date;
  subjects: readonly (JoinedParty & { partyId: string })[];
};

export interface WorklistPlace {
  reader: Reader;
  status?: string | undefined;
  caseTypeCode?: string | undefined;
  newestFirst: boolean;
  /** When it was registered, and its id. */
  after?: readonly [Date, string] | undefined;
  rows: number;
}

type FoundRow = { revision: string } & (JoinedCase | { [Column in keyof JoinedCase]: null });

/** As many as a page can have and one. Fixed, so that the plan does not depend on how many are asked for. */
const MOST = 101;

@Injectable()
export class FindWorklist {
  constructor(private readonly database: ModuleDatabase) {}

  /**
   * The cases from a place on, and the revision of the tables that they were read from. One statement sees both, so
   * that the same revision always means the same cases.
   * @param known a revision at which the caller knows the cases: then they are not read again, and there are none
   */
  async from(place: WorklistPlace, known: string | undefined): Promise<{ revision: string; cases: JoinedCase[] }> {
    const { reader, status, caseTypeCode, newestFirst, after } = place;
    const values = [...valuesOf(reader), known ?? null, place.rows];
    const add = (value: unknown): string => `$${values.push(value)}`;
    const conditions = [readableRows('w', 1)];
    if (status) conditions.push(`w.status = ${add(status)}`);
    if (caseTypeCode) conditions.push(`w.case_type_code = ${add(caseTypeCode)}`);
    const [direction, beyond] = newestFirst ? ['DESC', '<'] : ['ASC', '>'];
    if (after) conditions.push(`(w.registered_at, w.case_id) ${beyond} (${add(after[0])}, ${add(after[1])})`);
    const shape = [status && 'status', caseTypeCode && 'type', after && 'after'].filter(Boolean).join('_');
    const found = await this.database.query<FoundRow>({
      // Planned once for each combination of filters.
      name: `worklist_${direction}_${shape}`,
      text: `SELECT now.revision, page.*
             FROM (SELECT concat_ws(' ', (SELECT revision FROM worklist_revision), (SELECT revision FROM party_name_revision))
               AS revision) now
             LEFT JOIN LATERAL (
               SELECT w.case_id, w.case_number, w.case_type_code, w.title, w.status, w.classification, w.location,
                 w.registered_at, w.last_event_id, w.last_event_occurred_at, w.projected_at,
                 (SELECT coalesce(json_agg(json_build_object('partyId', p.id, 'party', n, 'survivor', s)
                    ORDER BY p.place), '[]')
                  FROM unnest(w.subjects) WITH ORDINALITY AS p (id, place)
                  LEFT JOIN current_party_name n ON n.party_id = p.id
                  LEFT JOIN current_party_name s ON s.party_id = n.merged_into) AS subjects
               FROM (SELECT * FROM worklist_case w WHERE w.registered_at IS NOT NULL AND ${conditions.join(' AND ')}
                 ORDER BY w.registered_at ${direction}, w.case_id ${direction} LIMIT ${MOST}) w
               WHERE now.revision IS DISTINCT FROM $4::text
               ORDER BY w.registered_at ${direction}, w.case_id ${direction} LIMIT $5
             ) page ON true
             ORDER BY page.registered_at ${direction}, page.case_id ${direction}`,
      values,
    });
    const cases = found.filter((row): row is { revision: string } & JoinedCase => row.case_id !== null);
    return { revision: found[0]?.revision ?? '', cases };
  }
}
