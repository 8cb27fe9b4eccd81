import { caseScript } from '../floors/case-pgbench.js';
import { pgbench } from '../floors/pgbench.js';
import type { LoadResult } from '../load/load.js';
import type { Plan } from '../load/requests.js';
import { absolute, atLeast, atMost, beside, measured, type Figure } from '../run/figure.js';
import { interleaved } from '../run/rounds.js';
import { CASE_TYPES } from '../server/case-catalogue.js';
import { Child } from '../server/child.js';
import { delivered } from '../server/delivered.js';
import { withoutDelivery } from '../server/without-delivery.js';
import { bareApplication, caseApplication, connectionOf, floorDatabase } from './cases.js';
import type { Bench } from './target.js';

const CONNECTIONS = 16;
const SECONDS = 4;

/** Registering cases over HTTP, and the unit of work alone, beside the same writes without Remit. */
export async function commands(bench: Bench): Promise<Figure[]> {
  const { server, load, cleanup, seconds } = bench;
  const remit = await caseApplication(server, 'commands', cleanup);
  const floor = await floorDatabase(server, 'commands_floor');
  const moduleUrl = connectionOf(floor, 'case-registry');
  const bareUrl = await bareApplication({ moduleUrl, administratorUrl: floor.url }, cleanup);
  const work = Child.start('floors/unit-of-work-process', cleanup);
  await work.call('open', { url: moduleUrl, inFlight: CONNECTIONS });

  const post =
    (baseUrl: string, path: string, token?: string) =>
    (warmUp: boolean): Promise<LoadResult> =>
      load.drive(planOf(baseUrl, path, warmUp, token));
  const planOf = (baseUrl: string, path: string, warmUp: boolean, token?: string): Plan => ({
    baseUrl,
    ...(token && { token }),
    connections: CONNECTIONS,
    seconds: seconds(warmUp ? 2 : SECONDS),
    request: { kind: 'register-case', path, caseTypes: CASE_TYPES, partyIds: remit.partyIds },
  });
  const program = bench.pgbench;
  const found = await interleaved<string, LoadResult>(bench.repeats, {
    remit: (warmUp) => withoutDelivery(remit, () => post(remit.baseUrl, '/api/v1/cases', remit.officer)(warmUp)),
    delivering: async (warmUp) => {
      const result = await post(remit.baseUrl, '/api/v1/cases', remit.officer)(warmUp);
      await delivered(remit);
      return result;
    },
    statement: post(bareUrl, '/statement'),
    insert: post(bareUrl, '/insert'),
    save: post(bareUrl, '/save'),
    work: async (warmUp) => rateAlone(await work.call<number>('drive', planOf('', '', warmUp))),
    pgbench: async () =>
      program === undefined
        ? rateAlone(NaN)
        : rateAlone(
            await pgbench(program, {
              url: moduleUrl,
              script: caseScript(CASE_TYPES),
              clients: CONNECTIONS,
              for: { seconds: Math.max(2, Math.round(seconds(SECONDS))) },
            }),
          ),
  });

  const rate = (name: string) => measured((found[name] ?? []).map(({ perSecond }) => perSecond));
  const slowest = (name: string) => measured((found[name] ?? []).map(({ p99 }) => p99));
  const posted = { name: 'POST /cases, 16 connections', unit: 'per second' };
  const reason = 'in full; delivery to the read models and to Audit is paused, as the floors deliver nothing';
  const statement = 'bare NestJS and Fastify handler, one named statement';
  const oneStatement = program
    ? 'pgbench, one prepared statement, 16 clients'
    : 'pgbench was not found, so there is no floor';
  await remit.stop();
  return [
    beside({ ...posted, floorName: statement, target: atLeast(0.6), reason }, rate('remit'), rate('statement')),
    beside({ ...posted, floorName: oneStatement, target: atLeast(0.2) }, rate('remit'), rate('pgbench')),
    beside({ ...posted, floorName: 'bare handler, TypeORM insert', target: atLeast(2) }, rate('remit'), rate('insert')),
    beside({ ...posted, floorName: 'bare handler, TypeORM save', target: atLeast(5) }, rate('remit'), rate('save')),
    beside(
      {
        ...posted,
        name: 'POST /cases while all is delivered in the same process, 16 connections',
        floorName: `${statement}, which delivers nothing`,
      },
      rate('delivering'),
      rate('statement'),
    ),
    beside(
      { name: 'POST /cases, p99', unit: 'ms', floorName: statement, target: atMost(4) },
      slowest('remit'),
      slowest('statement'),
    ),
    beside(
      {
        name: 'unit of work without HTTP, 16 in flight',
        unit: 'per second',
        floorName: oneStatement,
        target: atLeast(0.6),
      },
      rate('work'),
      rate('pgbench'),
    ),
    absolute(
      {
        name: 'load generator, time of its own for a request',
        unit: 'µs',
        reason: 'taken from the same cores, the same for the floor',
      },
      measured((found.remit ?? []).map(({ generatorMicroseconds }) => generatorMicroseconds)),
    ),
  ];
}

const rateAlone = (perSecond: number): LoadResult => ({
  perSecond,
  requests: 0,
  p50: NaN,
  p99: NaN,
  generatorMicroseconds: NaN,
});
