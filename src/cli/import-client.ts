import type { ApiClient } from './api-client.js';

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

const POLL_MS = 200;
const CSV = 'text/csv';

/** Speaks to the API about imports. */
export class ImportClient {
  constructor(private readonly client: ApiClient) {}

  start(file: Uint8Array): Promise<Pick<ImportReport, 'importId'>> {
    return this.client.post('/imports', file, CSV);
  }

  dryRun(file: Uint8Array): Promise<DryRunReport> {
    return this.client.post('/imports?dryRun=true', file, CSV);
  }

  /** Polls until the import has ended, and reports each time. */
  watch(importId: string, progress: (report: ImportReport) => void): Promise<ImportReport> {
    return this.client.watch<ImportReport>(`/imports/${importId}?limit=1`, POLL_MS, importId, (report) => {
      progress(report);
      return report.status !== 'RUNNING';
    });
  }

  async *refusedRows(importId: string): AsyncGenerator<RowReport> {
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: ImportReport = await this.client.get(
        `/imports/${importId}?outcome=REFUSED&limit=100${cursor && `&cursor=${cursor}`}`,
      );
      yield* page.rows;
      cursor = page.nextCursor;
    }
  }
}
