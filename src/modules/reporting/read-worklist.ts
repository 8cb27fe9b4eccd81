import { Injectable } from '@nestjs/common';
import { IntersectionType } from '@nestjs/swagger';
import { IsIn, IsOptional, Matches } from 'class-validator';
import { currentCall } from '../../platform/context.js';
import { ModuleDatabase } from '../../platform/database/module-database.js';
import { cursorOf, pageOf, PageQuery, rowsToRead } from '../../platform/http/page.js';
import { WaitQuery } from '../../platform/projections/wait-query.js';
import { invalid } from '../../platform/refusal.js';
import { Freshness, type ReadModel } from './freshness.js';
import type { WorklistCase } from './officer-worklist.projection.js';
import { readerOf, valuesOf, type Reader } from './reader.js';
import { keysOf, nameNow, rowsOf, type JoinedParty } from './shown-names.js';

const OFFICER_WORKLIST = 'officer-worklist';
const SORTS = ['-registeredAt', 'registeredAt'] as const;
type Sort = (typeof SORTS)[number];

export class WorklistQuery extends IntersectionType(PageQuery, WaitQuery) {
  @IsOptional()
  @Matches(/^[A-Z_]{1,40}$/)
  status?: string;

  @IsOptional()
  @Matches(/^[A-Z]{2,10}$/)
  caseTypeCode?: string;

  /** Newest first unless given. */
  @IsOptional()
  @IsIn(SORTS)
  sort?: Sort;
}

type JoinedCase = Omit<WorklistCase, 'subjects' | 'registered_at' | 'sources'> & {
  registered_at: Date;
  subjects: readonly (JoinedParty & { partyId: string })[];
};

const shownCase = (reader: Reader, row: JoinedCase) => ({
  caseId: row.case_id,
  caseNumber: row.case_number,
  caseTypeCode: row.case_type_code,
  title: row.title,
  status: row.status,
  classification: row.classification,
  location: row.location,
  registeredAt: row.registered_at,
  // Nobody publishes assignments yet; the list holds every case anyway.
  assigneeId: null,
  subjects: row.subjects.map((each) => ({ partyId: each.partyId, ...nameNow(reader, each) })),
});

export type ShownCase = ReturnType<typeof shownCase>;

/** As many as a page can have and one. Fixed, so that the plan does not depend on how many are asked for. */
const MOST = 101;

@Injectable()
export class ReadWorklist {
  constructor(
    private readonly database: ModuleDatabase,
    private readonly freshness: Freshness,
  ) {}

  async page(query: WorklistQuery): Promise<ReadModel<ShownCase[]>> {
    const { sort = '-registeredAt' } = query;
    const reader = readerOf(currentCall().actor);
    const after = placeAfter(query, sort);
    const awaited = await this.freshness.awaited(OFFICER_WORKLIST, query);
    const rows = await this.rows(reader, query, sort, after);
    const { data, nextCursor } = pageOf(rows, query, (row) => [sort, row.registered_at.toISOString(), row.case_id]);
    const projection = await this.freshness.of(
      OFFICER_WORKLIST,
      data.flatMap((row) => [row, ...row.subjects.flatMap(rowsOf)]),
      data.flatMap((row) => [row.case_id, ...row.subjects.flatMap((each) => keysOf(each.partyId, each))]),
    );
    return { data: data.map((row) => shownCase(reader, row)), nextCursor, projection, ...awaited };
  }

  private rows(
    reader: Reader,
    query: WorklistQuery,
    sort: Sort,
    after: [Date, string] | undefined,
  ): Promise<JoinedCase[]> {
    const values = valuesOf(reader);
    const add = (value: unknown): string => `$${values.push(value)}`;
    const conditions = ['w.classification = ANY ($1)', '(NOT w.restricted_to_team OR $2 OR w.team = $3)'];
    if (query.status) conditions.push(`w.status = ${add(query.status)}`);
    if (query.caseTypeCode) conditions.push(`w.case_type_code = ${add(query.caseTypeCode)}`);
    const [direction, beyond] = sort === 'registeredAt' ? ['ASC', '>'] : ['DESC', '<'];
    if (after) conditions.push(`(w.registered_at, w.case_id) ${beyond} (${add(after[0])}, ${add(after[1])})`);
    const shape = [query.status && 'status', query.caseTypeCode && 'type', after && 'after'].filter(Boolean).join('_');
    return this.database.query<JoinedCase>({
      // Planned once for each combination of filters.
      name: `worklist_${direction}_${shape}`,
      text: `SELECT w.case_id, w.case_number, w.case_type_code, w.title, w.status, w.classification, w.location,
               w.registered_at, w.last_event_id, w.last_event_occurred_at, w.projected_at,
               (SELECT coalesce(json_agg(json_build_object('partyId', p.id, 'party', n, 'survivor', s)
                  ORDER BY p.place), '[]')
                FROM unnest(w.subjects) WITH ORDINALITY AS p (id, place)
                LEFT JOIN current_party_name n ON n.party_id = p.id
                LEFT JOIN current_party_name s ON s.party_id = n.merged_into) AS subjects
             FROM (SELECT * FROM worklist_case w WHERE w.registered_at IS NOT NULL AND ${conditions.join(' AND ')}
               ORDER BY w.registered_at ${direction}, w.case_id ${direction} LIMIT ${MOST}) w
             ORDER BY w.registered_at ${direction}, w.case_id ${direction} LIMIT ${add(rowsToRead(query))}`,
      values,
    });
  }
}

/** What the page begins after; a cursor of the other order would begin somewhere else. */
function placeAfter(query: WorklistQuery, wanted: Sort): [Date, string] | undefined {
  const [sort, at = '', caseId = ''] = cursorOf(query, 3) ?? [];
  if (sort === undefined) return undefined;
  const registeredAt = new Date(at);
  if (sort !== wanted || Number.isNaN(registeredAt.getTime()) || !/^case_\w+$/.test(caseId))
    throw invalid({ name: 'cursor', code: 'CURSOR', reason: 'Use nextCursor of the page before, with the same sort.' });
  return [registeredAt, caseId];
}
