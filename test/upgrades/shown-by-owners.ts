type Row = Record<string, unknown>;
export type Answers = Readonly<Record<string, unknown>>;

const rowsOf = (answers: Answers, path: string): Row[] => (answers[path] ?? []) as Row[];

const picked = (row: Row, ...names: string[]): Row => Object.fromEntries(names.map((name) => [name, row[name]]));

/** By id, as a dossier lists its parts. */
const listed = (rows: Row[], id: string, show: (row: Row) => Row): Row[] =>
  rows.map((row) => ({ [id]: row[id], ...show(row) })).sort((one, other) => (String(one[id]) < String(other[id]) ? -1 : 1)); // prettier-ignore

/** The ids of all cases. */
export const casesIn = (answers: Answers): string[] => rowsOf(answers, '/cases').map(({ caseId }) => String(caseId));

/** What a dossier must show of a case to somebody who may see all of it, each part as its owner says it. */
export function dossierByOwners(answers: Answers, caseId: string): Row {
  const header = answers[`/cases/${caseId}`] as Row & { parties: Row[]; links: Row[] };
  const of = (list: string): Row[] => rowsOf(answers, `/${list}?caseId=${caseId}`);
  return {
    ...picked(header, 'caseNumber', 'caseTypeCode', 'title', 'status', 'classification', 'restrictedToTeam', 'team'),
    ...picked(header, 'location', 'receivedOn', 'registeredAt'),
    caseVersion: header.version,
    parties: header.parties.map((party) =>
      picked(party, 'partyId', 'role', 'partyNameAtRegistration', 'currentPartyName', 'mergedInto'),
    ),
    links: header.links.map((link) => picked(link, 'linkedCaseId', 'relation')),
    investigations: listed(of('investigations'), 'investigationId', ({ status, epoch }) => ({
      investigationStatus: status,
      epoch,
    })),
    allegations: listed(of('allegations'), 'allegationId', (row) => picked(row, 'legalBasisCode', 'againstPartyId')),
    findings: listed(of('findings'), 'findingId', (row) => picked(row, 'allegationId', 'conclusion', 'evidenceRefs')),
    evidence: listed(of('evidence'), 'evidenceId', (row) => ({
      evidenceStatus: row.status,
      ...picked(row, 'classification', 'held', 'mediaType', 'evidenceVersion'),
    })),
    // A draft is nobody else's business.
    decisionPackages: listed(
      of('decision-packages').filter(({ status }) => status !== 'DRAFT'),
      'decisionPackageId',
      (row) => ({ packageStatus: row.status, ...picked(row, 'reviewRequired') }),
    ),
    decisions: listed(of('decisions'), 'decisionId', (row) =>
      picked(row, 'decisionVersion', 'outcome', 'noticeRequired'),
    ),
  };
}

/**
 * Without what the passing of time alone changes: contents are verified again and again, and a correction that nobody
 * approves expires.
 */
export function timeless(answer: unknown): unknown {
  if (Array.isArray(answer)) return answer.map(timeless);
  if (typeof answer !== 'object' || answer === null) return answer;
  const row = answer as Row;
  const expires = row.status === 'AWAITING_APPROVAL' && row.expiresAt !== undefined;
  return Object.fromEntries(
    Object.entries(row)
      .filter(([name]) => name !== 'lastVerifiedAt' && !(expires && name === 'status'))
      .map(([name, value]) => [name, timeless(value)]),
  );
}
