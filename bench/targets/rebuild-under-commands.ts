import { setTimeout as pause } from 'node:timers/promises';
import type { LoadResult } from '../load/load.js';
import { absolute, atMost, beside, measured, type Figure } from '../run/figure.js';
import { say } from '../run/say.js';
import type { BenchDatabase } from '../server/bench-server.js';
import { CASE_TYPES } from '../server/case-catalogue.js';
import { delivered } from '../server/delivered.js';
import { fillCases } from '../server/fill-cases.js';
import { caseApplication, onDatabase, type CaseApplication } from './cases.js';
import type { Bench } from './target.js';

/** Two events each. */
const CASES = 50_000;
const PER_SECOND = 50;
const SECONDS = 5;
/** Without a rebuild, a round; about as many as fall into one. */
const SLICES = 4;
const POLL_MS = 100;

/** A rebuild of the dossier while cases are registered: what it costs those who register them, and whether it is true. */
export async function rebuildUnderCommands(bench: Bench): Promise<Figure[]> {
  const { server, cleanup, load, repeats, seconds } = bench;
  const before = await caseApplication(server, 'rebuild_under_commands', cleanup);
  await before.stop();
  await fillCases(before.database, CASES, before.partyIds[0] ?? '');
  const remit = await onDatabase(before.database, cleanup);
  const commands = (forSeconds: number): Promise<LoadResult> =>
    load.drive({
      baseUrl: remit.baseUrl,
      token: remit.officer,
      connections: 8,
      perSecond: PER_SECOND,
      seconds: forSeconds,
      request: { kind: 'register-case', path: '/api/v1/cases', caseTypes: CASE_TYPES, partyIds: remit.partyIds },
    });
  await commands(seconds(SECONDS));
  const [calm, busy, took]: [number[], number[], number[]] = [[], [], []];
  let different = 0;
  for (let round = 0; round < repeats; round += 1) {
    for (let slice = 0; slice < SLICES; slice += 1) calm.push((await commands(seconds(SECONDS))).p99);
    await delivered(remit);
    const live = await dossiersOf(remit.database);
    const startedAt = performance.now();
    const job = await rebuild(remit);
    let isOver = false;
    const stillGoesOn = (): boolean => !isOver;
    const ended = job.ended.then(() => {
      isOver = true;
      took.push((performance.now() - startedAt) / 1000);
    });
    const counted = busy.length;
    while (stillGoesOn()) {
      const { p99 } = await commands(seconds(SECONDS));
      // Part of the last ones had no rebuild beside them.
      if (stillGoesOn() || busy.length === counted) busy.push(p99);
    }
    await ended;
    await delivered(remit);
    const rebuilt = await dossiersOf(remit.database);
    different += [...live].filter(([caseId, row]) => rebuilt.get(caseId) !== row).length;
    say(`rebuild under commands: round ${round + 1} of ${repeats}, ${live.size} dossiers compared`);
  }
  await remit.stop();
  const name = `POST /cases at ${PER_SECOND} a second while the dossier of ${2 * CASES} events is rebuilt, p99`;
  return [
    beside({ name, unit: 'ms', floorName: 'without a rebuild', target: atMost(1.3) }, measured(busy), measured(calm)),
    absolute({ name: 'rows that a rebuild made otherwise', unit: 'rows', target: atMost(0) }, measured([different])),
    absolute({ name: 'rebuild under commands', unit: 's' }, measured(took)),
  ];
}

async function rebuild(remit: CaseApplication): Promise<{ ended: Promise<void> }> {
  const authorization = `Bearer ${await remit.token('operator_otto')}`;
  const answer = await fetch(`${remit.baseUrl}/api/v1/operations/projections/reporting.case-dossier/rebuild`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization },
    body: JSON.stringify({ reason: 'Measured.' }),
  });
  if (answer.status !== 202) throw new Error(`The rebuild was not begun: ${await answer.text()}`);
  const path = `${remit.baseUrl}${answer.headers.get('location') ?? ''}`;
  const ended = async (): Promise<void> => {
    for (;;) {
      const { status } = (await (await fetch(path, { headers: { authorization } })).json()) as { status: string };
      if (status === 'COMPLETED') return;
      if (status !== 'RUNNING') throw new Error(`The rebuild has ended as ${status}.`);
      await pause(POLL_MS);
    }
  };
  return { ended: ended() };
}

/** Each dossier by its case, without the time at which it was made. */
async function dossiersOf({ admin }: BenchDatabase): Promise<Map<string, string>> {
  const { rows } = await admin.query<{ id: string; row: string }>(
    `SELECT case_id AS id, md5((to_jsonb(d) - 'projected_at')::text) AS row FROM reporting.case_dossier d`,
  );
  return new Map(rows.map(({ id, row }) => [id, row]));
}
