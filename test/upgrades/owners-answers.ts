import type { Reply } from '../support/officer.js';
import type { Remit } from '../support/remit.js';

type Row = Record<string, unknown>;
interface Page {
  data: Row[];
  nextCursor: string | null;
}

/** Lists of a case, with the id by which each of their rows is read, and what there is below it. */
const OF_A_CASE: Record<string, { id?: string; below?: string[] }> = {
  '/investigations': { id: 'investigationId' },
  '/allegations': { id: 'allegationId' },
  '/findings': { id: 'findingId' },
  '/evidence': { id: 'evidenceId', below: ['custody', 'access-grants'] },
  '/decision-packages': { id: 'decisionPackageId', below: ['submissions'] },
  '/decisions': { id: 'decisionId', below: ['versions', 'corrections'] },
  '/decision-reviews': { id: 'reviewId' },
  '/processes': {},
};

/** What every owner says of all that is there, by path, read as officers who may see all of it. */
export class OwnersAnswers {
  readonly byPath: Record<string, unknown> = {};

  private constructor(private readonly remit: Remit) {}

  static async of(remit: Remit): Promise<Record<string, unknown>> {
    const answers = new OwnersAnswers(remit);
    for (const { partyId } of await answers.list('/parties')) await answers.read(`/parties/${String(partyId)}`);
    for (const { caseId } of await answers.list('/cases')) await answers.ofCase(String(caseId));
    return answers.byPath;
  }

  private async ofCase(caseId: string): Promise<void> {
    await this.read(`/cases/${caseId}`);
    for (const below of ['notes', 'audit-trail']) await this.list(`/cases/${caseId}/${below}`);
    for (const [path, { id, below = [] }] of Object.entries(OF_A_CASE))
      for (const row of await this.list(path, `caseId=${caseId}&`)) {
        if (id === undefined) continue;
        const one = `${path}/${String(row[id])}`;
        await this.read(one);
        for (const each of below) await this.list(`${one}/${each}`);
      }
  }

  private async read(path: string): Promise<unknown> {
    const { status, body, text } = await this.remit.as('supervisor_sol').get(path);
    if (status !== 200) throw new Error(`${path} answers ${status}: ${text}`);
    this.byPath[path] = body;
    return body;
  }

  private async list(path: string, filter?: string): Promise<Row[]> {
    const rows: Row[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const asked = `${path}?${filter ?? ''}limit=100${cursor && `&cursor=${cursor}`}`;
      const page: Reply<Page> = await this.remit.as('supervisor_sol').get(asked);
      if (page.status !== 200) throw new Error(`${asked} answers ${page.status}: ${page.text}`);
      rows.push(...page.body.data);
      cursor = page.body.nextCursor;
    }
    this.byPath[filter ? `${path}?${filter.slice(0, -1)}` : path] = rows;
    return rows;
  }
}
