import { Injectable } from '@nestjs/common';
import { callerMayRead } from '../../casework/visibility.js';
import { ModuleDatabase } from '../../platform/database/module-database.js';
import { cursorOf, pageOf, rowsToRead, type Page, type PageQuery } from '../../platform/http/page.js';
import { refuse } from '../../platform/base/refusal.js';
import { CaseHeader } from './case-header.js';
import { CaseLifecycle } from './case-lifecycle.js';
import { CaseLink, type CaseNote } from './case-parts.js';
import { ReadCaseParties, type ReadCaseParty } from './read-case-parties.js';

export type WholeCase = CaseHeader & { status: string; epoch: number; parties: ReadCaseParty[]; links: CaseLink[] };

/** The owner's truth about one case. */
@Injectable()
export class ReadCase {
  constructor(
    private readonly database: ModuleDatabase,
    private readonly parties: ReadCaseParties,
  ) {}

  /** @throws NOT_FOUND when there is no such case, or it is not the caller's to see */
  async whole(caseId: string): Promise<WholeCase> {
    const header = await this.readable(caseId);
    const [[lifecycle], links, parties] = await Promise.all([
      this.database.find(CaseLifecycle, { caseId }),
      this.links(caseId),
      this.parties.of(caseId),
    ]);
    if (!lifecycle) throw new Error('A case has no lifecycle.');
    return Object.assign(header, { status: lifecycle.status, epoch: lifecycle.epoch, parties, links });
  }

  /** Oldest first. */
  async notes(caseId: string, query: PageQuery): Promise<Page<CaseNote>> {
    await this.readable(caseId);
    const [after] = cursorOf(query, 1) ?? [''];
    const rows = await this.database.query<CaseNote>({
      name: 'case_notes',
      text: `SELECT note_id AS "noteId", version, case_id AS "caseId", text, written_at AS "writtenAt", written_by AS "writtenBy"
             FROM case_note WHERE case_id = $1 AND note_id > $2 ORDER BY note_id LIMIT $3`,
      values: [caseId, after, rowsToRead(query)],
    });
    return pageOf(rows, query, ({ noteId }) => [noteId]);
  }

  /** Only to cases that the caller may see: that another exists is itself sensitive. */
  private async links(caseId: string): Promise<CaseLink[]> {
    const links = await this.database.find(CaseLink, { caseId });
    if (links.length === 0) return links;
    const linked = await this.database.find(CaseHeader, { caseId: links.map(({ linkedCaseId }) => linkedCaseId) });
    const shown = new Set(linked.filter(callerMayRead).map((header) => header.caseId));
    return links
      .filter(({ linkedCaseId }) => shown.has(linkedCaseId))
      .sort((one, other) => (one.linkId < other.linkId ? -1 : 1));
  }

  private async readable(caseId: string): Promise<CaseHeader> {
    const [header] = await this.database.find(CaseHeader, { caseId });
    if (!header || !callerMayRead(header)) throw refuse.NOT_FOUND();
    return header;
  }
}
