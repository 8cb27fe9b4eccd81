import { Injectable } from '@nestjs/common';
import { IntersectionType } from '@nestjs/swagger';
import { isGuarded } from '../../platform/base/context.js';
import { ModuleDatabase } from '../../platform/database/module-database.js';
import { cursorOf, pageOf, PageQuery, rowsToRead } from '../../platform/http/page.js';
import { WaitQuery } from '../../platform/projections/wait-query.js';
import { invalid, refuse } from '../../platform/base/refusal.js';
import { Freshness, type ReadModel } from './freshness.js';
import type { HistoryCase, HistoryRole } from './party-case-history.projection.js';
import type { KnownParty } from './party-names.projection.js';
import { readableRows, callerAsReader, valuesOf, type Reader } from '../../casework/visibility.js';
import { isCleared, nameNow } from './shown-names.js';

const PARTY_CASE_HISTORY = 'party-case-history';

export class HistoryQuery extends IntersectionType(PageQuery, WaitQuery) {}

/** A role with its case. Whatever touches the role touches the case too, whose provenance therefore covers both. */
type JoinedRole = Omit<HistoryCase, 'sources'> &
  Pick<HistoryRole, 'party_id' | 'role' | 'removed_at'> & { name_at_registration: string | null };

const shownRole = (row: JoinedRole) => ({
  caseId: row.case_id,
  caseNumber: row.case_number,
  title: row.title,
  status: row.status,
  registeredAt: row.registered_at,
  // Which of the merged ids it is.
  partyId: row.party_id,
  role: row.role,
  partyNameAtRegistration: row.name_at_registration,
  ...(row.removed_at && { removedAt: row.removed_at }),
});

export type ShownHistory = ReturnType<typeof nameNow> & {
  partyId: string;
  mergedInto: string | null;
  cases: ReturnType<typeof shownRole>[];
};

/** Behind every id, role and case: where a first page begins. */
const BEGINNING = ['~', '~', '~'];

/** As many as a page can have and one. Fixed, so that the plan does not depend on how many are asked for. */
const MOST = 101;

/** The id that stands for the party now. */
const ASKED = `asked AS (
  SELECT coalesce(merged_into, party_id) AS survivor FROM current_party_name WHERE party_id = $1
)`;

@Injectable()
export class ReadCaseHistory {
  constructor(
    private readonly database: ModuleDatabase,
    private readonly freshness: Freshness,
  ) {}

  /**
   * Newest first, of every id that stands for the same party.
   * @throws NOT_FOUND when the party is unknown, or above the caller's clearance: its existence is itself sensitive
   */
  async page(partyId: string, query: HistoryQuery): Promise<ReadModel<ShownHistory>> {
    const reader = callerAsReader();
    const after = placeAfter(query);
    const awaited = await this.freshness.awaited(PARTY_CASE_HISTORY, query);
    const [known, rows] = await Promise.all([
      this.sameParty(partyId),
      this.roles(reader, partyId, after, rowsToRead(query)),
    ]);
    const party = known.find((each) => each.party_id === partyId);
    if (!party || (isGuarded('PARTY', 'CLEARANCE') && !isCleared(reader, party))) throw refuse.NOT_FOUND();
    const survivor = known.find((each) => each.party_id === party.merged_into) ?? null;
    const { data, nextCursor } = pageOf(rows, query, ({ case_id, party_id, role }) => [case_id, party_id, role]);
    const projection = await this.freshness.of(
      PARTY_CASE_HISTORY,
      [...known.filter((each) => isCleared(reader, each)), ...data],
      [...known.map(({ party_id }) => party_id), ...data.map(({ case_id }) => case_id)],
    );
    const { merged_into: mergedInto } = party;
    const names = nameNow(reader, { party, survivor });
    return { data: { partyId, ...names, mergedInto, cases: data.map(shownRole) }, nextCursor, projection, ...awaited };
  }

  /** The survivor and all that were merged into it, whichever of them is asked for. */
  private sameParty(partyId: string): Promise<KnownParty[]> {
    return this.database.query<KnownParty>({
      name: 'same_party',
      text: `WITH ${ASKED}
             SELECT p.party_id, p.display_name, p.classification, p.merged_into, p.sources, p.last_event_id,
               p.last_event_occurred_at, p.projected_at
             FROM asked JOIN current_party_name p ON p.party_id = asked.survivor OR p.merged_into = asked.survivor`,
      values: [partyId],
    });
  }

  /**
   * The roles of all that stand for the party and are not above the reader's clearance: a page for each, and then the
   * first of them all, because sorting a party's every case would not do for the large.
   */
  private roles(reader: Reader, partyId: string, after: readonly string[], limit: number): Promise<JoinedRole[]> {
    return this.database.query<JoinedRole>({
      name: 'case_history',
      text: `WITH ${ASKED}
             SELECT found.*, v.display_name AS name_at_registration
             FROM (
               SELECT page.*
               FROM asked JOIN current_party_name p ON p.party_id = asked.survivor OR p.merged_into = asked.survivor
               CROSS JOIN LATERAL (
                 SELECT r.party_id, r.role, r.party_version_at_registration, r.removed_at, c.case_id, c.case_number,
                   c.title, c.status, c.registered_at, c.last_event_id, c.last_event_occurred_at, c.projected_at
                 FROM history_role r JOIN history_case c USING (case_id)
                 WHERE r.party_id = p.party_id AND r.case_id <= $5
                   AND (r.case_id, r.party_id, r.role) < ($5, $6, $7)
                   AND c.registered_at IS NOT NULL AND ${readableRows('c', 2)}
                 ORDER BY r.case_id DESC, r.role DESC LIMIT ${MOST}
               ) page
               WHERE p.classification = ANY ($2)
               ORDER BY page.case_id DESC, page.party_id DESC, page.role DESC LIMIT $8
             ) found
             LEFT JOIN LATERAL (SELECT display_name FROM party_name_by_version
               WHERE party_id = found.party_id AND party_version <= found.party_version_at_registration
               ORDER BY party_version DESC LIMIT 1) v ON true
             ORDER BY found.case_id DESC, found.party_id DESC, found.role DESC`,
      values: [partyId, ...valuesOf(reader), ...after, limit],
    });
  }
}

function placeAfter(query: HistoryQuery): string[] {
  const place = cursorOf(query, 3);
  if (place?.some((part) => !/^\w+$/.test(part)))
    throw invalid({ name: 'cursor', code: 'CURSOR', reason: 'Use nextCursor of the page before, unchanged.' });
  return place ?? BEGINNING;
}
