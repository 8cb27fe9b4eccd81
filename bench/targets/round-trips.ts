import { absolute, atMost, measured, type Figure } from '../run/figure.js';
import { declarations } from '../../src/platform/start.js';
import { addCaseTypes, CASE_TYPES } from '../server/case-catalogue.js';
import { RoundTrips } from '../server/round-trips.js';
import { newId } from '../../src/platform/base/ids.js';
import { onDatabase, type CaseApplication } from './cases.js';
import type { Bench } from './target.js';

const COMMANDS = 60;
const LOGIN = 'remit_case_registry';

interface Step {
  caseId: string;
  version: number;
}

/** What one command costs in conversations with the database, as the database hears them. */
export async function roundTrips({ server, cleanup }: Bench): Promise<Figure[]> {
  const database = await server.database('round_trips', declarations());
  await addCaseTypes(database.admin);
  const trips = await RoundTrips.before(database.url);
  cleanup.add(() => trips.close());
  const remit = await onDatabase({ ...database, url: trips.url }, cleanup);
  const amended = await each(trips, remit, async ({ caseId, version }) => {
    const { status } = await send(remit, 'PATCH', `/cases/${caseId}`, { title: newId('title') }, version);
    return { caseId, version: version + 1, status };
  });
  const party = { partyId: remit.partyIds[1], role: 'WITNESS' };
  const added = await each(trips, remit, async ({ caseId, version }) => {
    const { status } = await send(remit, 'POST', `/cases/${caseId}/parties`, party, version);
    return { caseId, version: version + 1, status };
  });
  await remit.stop();
  const reason = `median of ${COMMANDS} commands one after the other, each on a case of its own`;
  return [
    absolute({ name: 'amending a case', unit: 'round trips', target: atMost(2), reason }, amended),
    absolute({ name: 'adding a party to a case', unit: 'round trips', target: atMost(2), reason }, added),
  ];
}

/** Round trips of the module's login for each command; other consumers of the login speak now and then as well. */
async function each(
  trips: RoundTrips,
  remit: CaseApplication,
  command: (step: Step) => Promise<Step & { status: number }>,
): Promise<ReturnType<typeof measured>> {
  const counts: number[] = [];
  for (let index = 0; index < COMMANDS; index += 1) {
    const body = { caseTypeCode: CASE_TYPES[0], parties: [{ partyId: remit.partyIds[0], role: 'SUBJECT' }] };
    const { answer } = await send(remit, 'POST', '/cases', body);
    const before = trips.of(LOGIN);
    const { status } = await command({ caseId: answer.caseId ?? '', version: answer.version ?? 0 });
    if (status !== 200) throw new Error(`The command was answered with ${status}.`);
    counts.push(trips.of(LOGIN) - before);
  }
  return measured(counts);
}

async function send(
  { baseUrl, officer }: CaseApplication,
  method: string,
  path: string,
  body: object,
  version?: number,
): Promise<{ status: number; answer: { caseId?: string; version?: number } }> {
  const response = await fetch(`${baseUrl}/api/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${officer}`,
      'content-type': 'application/json',
      'idempotency-key': newId('key'),
      ...(version !== undefined && { 'if-match': `"${version}"` }),
    },
    body: JSON.stringify(body),
  });
  return { status: response.status, answer: (await response.json()) as { caseId?: string; version?: number } };
}
