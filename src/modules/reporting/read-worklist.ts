import { Injectable } from '@nestjs/common';
import { IntersectionType } from '@nestjs/swagger';
import { IsIn, IsOptional, Matches } from 'class-validator';
import { LRUCache } from 'lru-cache';
import { cursorOf, pageOf, PageQuery, rowsToRead, type Page } from '../../platform/http/page.js';
import { WaitQuery } from '../../platform/projections/wait-query.js';
import { invalid } from '../../platform/base/refusal.js';
import { FindWorklist, type JoinedCase, type WorklistPlace } from './find-worklist.js';
import { Freshness, type ReadModel } from './freshness.js';
import { youngestRowOf, type LastTouch } from './provenance.js';
import { callerAsReader, type Reader } from '../../casework/visibility.js';
import { keysOf, nameNow, rowsOf } from './shown-names.js';

const OFFICER_WORKLIST = 'officer-worklist';
const NEWEST_FIRST = '-registeredAt';
const SORTS = [NEWEST_FIRST, 'registeredAt'] as const;
/** First pages in memory, at some twenty kilobytes each. */
const KNOWN_PAGES = 200;

export class WorklistQuery extends IntersectionType(PageQuery, WaitQuery) {
  /** Cases that stand so, such as UNDER_INVESTIGATION. */
  @IsOptional()
  @Matches(/^[A-Z_]{1,40}$/)
  status?: string;

  /** Cases of this type, such as ENV. */
  @IsOptional()
  @Matches(/^[A-Z]{2,10}$/)
  caseTypeCode?: string;

  /** Newest first unless given. */
  @IsOptional()
  @IsIn(SORTS)
  sort?: (typeof SORTS)[number];
}

const shownCase = (reader: Reader, row: JoinedCase) => ({
  caseId: row.case_id,
  caseNumber: row.case_number,
  caseTypeCode: row.case_type_code,
  title: row.title,
  status: row.status,
  classification: row.classification,
  location: row.location,
  registeredAt: row.registered_at,
  subjects: row.subjects.map((each) => ({ partyId: each.partyId, ...nameNow(reader, each) })),
});

export type ShownCase = ReturnType<typeof shownCase>;

/** A page as its readers see it, and what its freshness depends on. */
interface WorklistPage extends Page<ShownCase> {
  touches: readonly LastTouch[];
  keys: readonly string[];
}

@Injectable()
export class ReadWorklist {
  /** By everything that decides what is in the page, the reader's rights first of all; and as of which revision. */
  private readonly known = new LRUCache<string, { revision: string; page: WorklistPage }>({ max: KNOWN_PAGES });

  constructor(
    private readonly worklist: FindWorklist,
    private readonly freshness: Freshness,
  ) {}

  async page(query: WorklistQuery): Promise<ReadModel<ShownCase[]>> {
    const { sort = NEWEST_FIRST, status, caseTypeCode } = query;
    const after = placeAfter(query, sort);
    const reader = callerAsReader();
    const newestFirst = sort === NEWEST_FIRST;
    const awaited = await this.freshness.awaited(OFFICER_WORKLIST, query);
    const { data, nextCursor, touches, keys } = await this.read(
      { reader, status, caseTypeCode, newestFirst, after, rows: rowsToRead(query) },
      (rows) => pageOf(rows, query, (row) => [sort, row.registered_at.toISOString(), row.case_id]),
    );
    return { data, nextCursor, projection: await this.freshness.of(OFFICER_WORKLIST, touches, keys), ...awaited };
  }

  /** Everybody's first page is read again only when something was applied to what it is made of. */
  private async read(place: WorklistPlace, cut: (rows: JoinedCase[]) => Page<JoinedCase>): Promise<WorklistPage> {
    const key = place.after ? undefined : JSON.stringify(place);
    const known = key === undefined ? undefined : this.known.get(key);
    const { revision, cases } = await this.worklist.from(place, known?.revision);
    if (known?.revision === revision) return known.page;
    const { data, nextCursor } = cut(cases);
    const youngest = youngestRowOf(
      data.flatMap((row) => [row, ...row.subjects.flatMap((each) => rowsOf(place.reader, each))]),
    );
    const page = {
      data: data.map((row) => shownCase(place.reader, row)),
      nextCursor,
      touches: youngest ? [youngest] : [],
      keys: data.flatMap((row) => [row.case_id, ...row.subjects.flatMap((each) => keysOf(each.partyId, each))]),
    };
    if (key !== undefined) this.known.set(key, { revision, page });
    return page;
  }
}

/** What the page begins after; a cursor of the other order would begin somewhere else. */
function placeAfter(query: WorklistQuery, wanted: string): [Date, string] | undefined {
  const [sort, at = '', caseId = ''] = cursorOf(query, 3) ?? [];
  if (sort === undefined) return undefined;
  const registeredAt = new Date(at);
  if (sort !== wanted || Number.isNaN(registeredAt.getTime()) || !/^case_\w+$/.test(caseId))
    throw invalid({ name: 'cursor', code: 'CURSOR', reason: 'Use nextCursor of the page before, with the same sort.' });
  return [registeredAt, caseId];
}
