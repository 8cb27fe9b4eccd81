import { setTimeout } from 'node:timers/promises';

export interface RowReport {
  rowNumber: number;
  line: number;
  outcome: 'CREATED' | 'EXISTING' | 'REFUSED';
  reasons?: { name: string; code: string; reason: string }[];
}

export interface ImportReport {
  importId: string;
  status: 'RUNNING' | 'COMPLETED' | 'FAILED';
  mapping: string;
  total: number;
  created: number;
  existing: number;
  refused: number;
  rows: RowReport[];
  nextCursor: string | null;
}

export type DryRunReport = Omit<ImportReport, 'importId' | 'status' | 'nextCursor'>;

interface Problem {
  title?: string;
  detail?: string;
  errorCode?: string;
}

const LOOK_EVERY_MS = 200;
/** As long as a restart of the application may take: the import goes on after it. */
const MISSING_FOR_MS = 60_000;

/** Speaks to the API about imports. */
export class ImportClient {
  private constructor(
    private readonly api: string,
    private readonly token: string,
  ) {}

  /** With the token given, or in the name of a demo officer where the application knows them. */
  static async as(url: string, token: string | undefined, actorId: string): Promise<ImportClient> {
    const api = `${url}/api/v1`;
    if (token !== undefined) return new ImportClient(api, token);
    const response = await fetch(`${api}/dev/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ actorId }),
    });
    if (response.status === 404)
      throw new Error('This application gives no demo tokens. Pass --token, or set REMIT_TOKEN.');
    const { accessToken } = await bodyOf<{ accessToken: string }>(response);
    return new ImportClient(api, accessToken);
  }

  start(file: Uint8Array): Promise<Pick<ImportReport, 'importId'>> {
    return this.post('', file);
  }

  dryRun(file: Uint8Array): Promise<DryRunReport> {
    return this.post('?dryRun=true', file);
  }

  /** Looks until the import has ended, and says so each time. Bears a restart of the application. */
  async watch(importId: string, progress: (report: ImportReport) => void): Promise<ImportReport> {
    let missingSince: number | undefined;
    for (;;) {
      try {
        const report = await this.read(importId, 'limit=1');
        missingSince = undefined;
        progress(report);
        if (report.status !== 'RUNNING') return report;
      } catch (error) {
        // What `fetch` throws when nobody answers, or not to the end; anything else is an answer.
        if (!(error instanceof TypeError)) throw error;
        missingSince ??= Date.now();
        if (Date.now() - missingSince > MISSING_FOR_MS)
          throw new Error(`The application no longer answers. It goes on with ${importId} when it runs again.`);
      }
      await setTimeout(LOOK_EVERY_MS);
    }
  }

  async *refusedRows(importId: string): AsyncGenerator<RowReport> {
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: ImportReport = await this.read(importId, `outcome=REFUSED&limit=100${cursor && `&cursor=${cursor}`}`);
      yield* page.rows;
      cursor = page.nextCursor;
    }
  }

  private async read(importId: string, query: string): Promise<ImportReport> {
    return bodyOf(await fetch(`${this.api}/imports/${importId}?${query}`, { headers: this.headers }));
  }

  private async post<Body>(query: string, body: Uint8Array): Promise<Body> {
    const headers = { ...this.headers, 'content-type': 'text/csv' };
    return bodyOf(await fetch(`${this.api}/imports${query}`, { method: 'POST', headers, body }));
  }

  private get headers(): Record<string, string> {
    return { authorization: `Bearer ${this.token}` };
  }
}

async function bodyOf<Body>(response: Response): Promise<Body> {
  if (response.ok) return (await response.json()) as Body;
  const { title, detail, errorCode } = (await response.json().catch(() => ({}))) as Problem;
  const said = [title, detail === title ? undefined : detail].filter(Boolean).join(' ');
  throw new Error(`${said || 'The application refused.'} (${errorCode ?? response.status})`);
}
