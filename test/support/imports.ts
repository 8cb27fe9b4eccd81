import type { Officer, Reply } from './officer.js';

export interface ImportedRow {
  rowNumber: number;
  line: number;
  outcome: 'CREATED' | 'EXISTING' | 'REFUSED';
  caseId?: string;
  caseNumber?: string;
  partyId?: string;
  reasons?: { name: string; code: string; reason: string }[];
}

export interface ImportedFile {
  importId: string;
  status: 'RUNNING' | 'COMPLETED' | 'FAILED';
  mapping: string;
  total: number;
  created: number;
  existing: number;
  refused: number;
  rows: ImportedRow[];
  nextCursor: string | null;
  version: number;
}

const HEADER = 'action_date,respondent_name,programme,municipality,action_type,penalty_usd,narrative';

/** A file of enforcement actions against so many firms in turn. Files with another matter have other rows. */
export const actionsFile = (rows: number, firms: number, matter = 'dust'): string =>
  [
    HEADER,
    ...Array.from(
      { length: rows },
      (_, index) =>
        `2015-03-02,Firm ${index % firms} Ltd,Air Quality,Larkmere,CONSENT_ORDER,10.00,"Matter ${index}, ${matter}."`,
    ),
  ].join('\n');

export const sendFile = (
  officer: Officer,
  csv: string,
  query = '',
  headers: Record<string, string> = {},
): Promise<Reply<ImportedFile>> => officer.post(`/imports${query}`, csv, { 'content-type': 'text/csv', ...headers });

/** Asks until it answers what is waited for. */
export async function until<Found>(read: () => Promise<Found>, isIt: (found: Found) => boolean): Promise<Found> {
  const POLL_MS = 20;
  for (;;) {
    const found = await read();
    if (isIt(found)) return found;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

export const readImport = async (officer: Officer, importId: string, query = ''): Promise<ImportedFile> =>
  (await officer.get<ImportedFile>(`/imports/${importId}${query}`)).body;

/** Waits for the end of an import. */
export const importEnded = (officer: Officer, importId: string): Promise<ImportedFile> =>
  until(
    () => readImport(officer, importId, '?limit=100'),
    ({ status }) => status !== 'RUNNING',
  );

/** Imports a file from beginning to end. */
export async function importFile(officer: Officer, csv: string): Promise<ImportedFile> {
  const { body } = await sendFile(officer, csv);
  return importEnded(officer, body.importId);
}
