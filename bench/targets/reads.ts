import { absolute, atLeast, atMost, beside, measured, type Figure } from '../run/figure.js';
import { interleaved } from '../run/rounds.js';
import type { LoadResult } from '../load/load.js';
import { CASE_TYPES } from '../server/case-catalogue.js';
import { delivered } from '../server/delivered.js';
import { bareApplication, caseApplication, connectionOf, type CaseApplication } from './cases.js';
import type { Bench } from './target.js';

const CONNECTIONS = 64;
const SECONDS = 4;
const CASES_FOR_SECONDS = 4;

/** What officers read most, beside a bare handler that selects one row by its key. */
export async function reads(bench: Bench): Promise<Figure[]> {
  const remit = await caseApplication(bench.server, 'reads', bench.cleanup);
  await bench.load.drive({
    baseUrl: remit.baseUrl,
    token: remit.officer,
    connections: 16,
    seconds: CASES_FOR_SECONDS,
    request: { kind: 'register-case', path: '/api/v1/cases', caseTypes: CASE_TYPES, partyIds: remit.partyIds },
  });
  await delivered(remit);
  const found = await readRounds(bench, remit);
  await remit.stop();
  const rate = (name: keyof typeof found) => measured(found[name].map(({ perSecond }) => perSecond));
  const slowest = (name: keyof typeof found) => measured(found[name].map(({ p99 }) => p99));
  const floorName = 'bare NestJS and Fastify handler, one row by key';
  const reason = `the floor's p99 in the same run: ${slowest('row').median.toPrecision(3)} ms`;
  return (['dossier', 'worklist'] as const).flatMap((name) => {
    const said = `GET ${name}, ${CONNECTIONS} connections`;
    return [
      beside({ name: said, unit: 'per second', floorName, target: atLeast(0.5) }, rate(name), rate('row')),
      absolute({ name: `${said}, p99`, unit: 'ms', target: atMost(10), reason }, slowest(name)),
    ];
  });
}

async function readRounds(
  { load, cleanup, repeats, seconds }: Bench,
  { database, baseUrl, officer }: CaseApplication,
): Promise<Record<'dossier' | 'worklist' | 'row', LoadResult[]>> {
  const { rows } = await database.admin.query<{ id: string }>(
    'SELECT case_id AS id FROM reporting.case_dossier LIMIT 5000',
  );
  const bareUrl = await bareApplication(
    { moduleUrl: connectionOf(database, 'reporting'), administratorUrl: database.url },
    cleanup,
  );
  const get =
    (at: string, paths: string[], token?: string) =>
    (warmUp: boolean): Promise<LoadResult> =>
      load.drive({
        baseUrl: at,
        ...(token && { token }),
        connections: CONNECTIONS,
        seconds: seconds(warmUp ? 2 : SECONDS),
        request: { kind: 'get', paths },
      });
  return interleaved(repeats, {
    dossier: get(baseUrl, rows.map(({ id }) => `/api/v1/cases/${id}/dossier`), officer),
    worklist: get(baseUrl, ['/api/v1/worklist'], officer),
    row: get(bareUrl, rows.map(({ id }) => `/rows/${id}`)),
  }); // prettier-ignore
}
