import { absolute, atLeast, atMost, beside, measured, type Figure } from '../run/figure.js';
import { interleaved } from '../run/rounds.js';
import { say } from '../run/say.js';
import { startApplication } from '../server/application.js';
import { CASE_TYPES } from '../server/case-catalogue.js';
import { delivered } from '../server/delivered.js';
import { fillCases } from '../server/fill-cases.js';
import { caseApplication, onDatabase, type CaseApplication } from './cases.js';
import type { Bench } from './target.js';

/** Two events a case. */
const SMALL = 5_000;
const LARGE = 500_000;
const SECONDS = 4;

type Size = 'small' | 'large';

/** The application on a log of ten thousand events and on one of a million. */
export async function growth(bench: Bench): Promise<Figure[]> {
  const { repeats, seconds, load } = bench;
  const remit = {
    small: await grown(bench, 'growth_small', SMALL),
    large: await grown(bench, 'growth_large', seconds(LARGE)),
  };
  const commands = (size: Size) => async (warmUp: boolean): Promise<number> => {
    const { baseUrl, officer: token, partyIds } = remit[size];
    const request = { kind: 'register-case', path: '/api/v1/cases', caseTypes: CASE_TYPES, partyIds } as const;
    const { perSecond } = await load.drive({ baseUrl, token, connections: 16, seconds: seconds(warmUp ? 2 : SECONDS), request });
    await delivered(remit[size]);
    return perSecond;
  }; // prettier-ignore
  const ids = { small: await someCases(remit.small), large: await someCases(remit.large) };
  const read = (size: Size, paths: readonly string[]) => async (warmUp: boolean): Promise<number> => {
    const { baseUrl, officer: token } = remit[size];
    const request = { kind: 'get', paths } as const;
    const { perSecond } = await load.drive({ baseUrl, token, connections: 64, seconds: seconds(warmUp ? 1 : SECONDS / 2), request });
    return perSecond;
  }; // prettier-ignore
  const dossiers = (size: Size): string[] => ids[size].map((id) => `/api/v1/cases/${id}/dossier`);
  const found = await interleaved(repeats, {
    smallCommands: commands('small'),
    largeCommands: commands('large'),
    smallDossier: read('small', dossiers('small')),
    largeDossier: read('large', dossiers('large')),
    smallWorklist: read('small', ['/api/v1/worklist']),
    largeWorklist: read('large', ['/api/v1/worklist']),
  });
  const starts = await startTimes(bench, remit);

  const floorName = 'the same at ten thousand events';
  const ratio = (name: string, bound: number, large: number[], small: number[], unit = 'per second'): Figure =>
    beside(
      { name: `${name}, a million events`, unit, floorName, target: atLeast(bound) },
      measured(large),
      measured(small),
    );
  return [
    ratio('POST /cases', 0.8, found.largeCommands, found.smallCommands),
    ratio('GET dossier', 0.85, found.largeDossier, found.smallDossier),
    ratio('GET worklist', 0.85, found.largeWorklist, found.smallWorklist),
    beside(
      { name: 'start, a million events', unit: 's until /readyz', floorName, target: atMost(1.15) },
      measured(starts.large),
      measured(starts.small),
    ),
    absolute({ name: 'events in the large log', unit: 'events', reason: 'when it was made' }, measured([2 * seconds(LARGE)])),
  ]; // prettier-ignore
}

async function grown(bench: Bench, name: string, cases: number): Promise<CaseApplication> {
  const first = await caseApplication(bench.server, name, bench.cleanup);
  await delivered(first);
  await first.stop();
  await fillCases(first.database, Math.round(cases), first.partyIds[0] ?? '');
  say(`growth: ${name} has ${Math.round(cases)} cases`);
  const remit = await onDatabase(first.database, bench.cleanup);
  await delivered(remit);
  return remit;
}

async function someCases({ database }: CaseApplication): Promise<string[]> {
  const { rows } = await database.admin.query<{ id: string }>(
    'SELECT case_id AS id FROM reporting.case_dossier ORDER BY hashtext(case_id) LIMIT 5000',
  );
  return rows.map(({ id }) => id);
}

async function startTimes(
  { cleanup, repeats }: Bench,
  remit: Readonly<Record<Size, CaseApplication>>,
): Promise<Record<Size, number[]>> {
  await Promise.all([remit.small.stop(), remit.large.stop()]);
  return interleaved(repeats, { small: start('small'), large: start('large') });

  function start(size: Size) {
    return async (): Promise<number> => {
      const again = await startApplication({ DATABASE_URL: remit[size].database.url, REMIT_DEV: '1' }, cleanup);
      await again.stop();
      return again.readyAfterMs / 1000;
    };
  }
}
