import type { Officer } from '../officer.js';
import type { FaultedProcess } from './faulted-process.js';
import type { Finding } from './findings.js';
import type { Entry } from './ledger.js';
import { isCommitted, nameOf } from './resolve.js';
import { send } from './workload.js';

const REPEATED = 20;

interface Page<Each> {
  data: Each[];
  nextCursor: string | null;
}

async function pagesOf<Each>(officer: Officer, path: string): Promise<Page<Each>[]> {
  const pages: Page<Each>[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const { body }: { body: Page<Each> } = await officer.get<Page<Each>>(
      `${path}?limit=100${cursor && `&cursor=${cursor}`}`,
    );
    pages.push(body);
    cursor = body.nextCursor;
  }
  return pages;
}

/** What the API answers now: the cases, their dossiers, first answers once more, and the chains of the audit. */
export async function checkOverHttp(entries: readonly Entry[], through: FaultedProcess): Promise<Finding[]> {
  const { officer } = through;
  const findings: Finding[] = [];
  const committed = entries.filter(isCommitted);
  const listed = (await pagesOf<{ caseId: string; version: number }>(officer, '/cases')).flatMap(({ data }) => data);
  const registered = committed.filter(({ command }) => command.kind === 'register case');
  const versions = new Map(listed.map(({ caseId, version }) => [caseId, version]));
  for (const { command, given } of registered) {
    const { caseId } = JSON.parse(given?.text ?? '{}') as { caseId: string };
    if (!versions.has(caseId)) findings.push({ kind: 'lost', what: `${nameOf(command)} is in no list` });
    const { body } = await officer.get<{ data?: { caseVersion: number } }>(`/cases/${caseId}/dossier`);
    if (body.data?.caseVersion !== versions.get(caseId))
      findings.push({ kind: 'projection behind', what: `the dossier of ${caseId}` });
  }
  if (versions.size > registered.length)
    findings.push({
      kind: 'duplicate',
      what: `${versions.size} cases are listed, ${registered.length} were registered`,
    });
  for (const { command, given } of committed.slice(-REPEATED)) {
    const again = (await send(officer, command)).given;
    if (JSON.stringify(again) !== JSON.stringify(given))
      findings.push({ kind: 'changed answer', what: nameOf(command) });
  }
  const auditor = through.as('auditor_aude');
  for (const { broken } of (await pagesOf(auditor, '/audit/verification')) as unknown as { broken: number }[])
    if (broken > 0) findings.push({ kind: 'audit', what: `${broken} chains are broken` });
  return findings;
}
