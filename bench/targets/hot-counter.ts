import { caseScript } from '../floors/case-pgbench.js';
import { pgbench } from '../floors/pgbench.js';
import { beside, measured, type Figure } from '../run/figure.js';
import { interleaved } from '../run/rounds.js';
import { CASE_TYPES } from '../server/case-catalogue.js';
import { delivered } from '../server/delivered.js';
import { caseApplication, connectionOf, floorDatabase } from './cases.js';
import type { Bench } from './target.js';

const CONNECTIONS = 16;
const SECONDS = 4;

/** One case type and year, whose gapless counter every command waits for: reported apart, without a target. */
export async function hotCounter({
  server,
  load,
  cleanup,
  repeats,
  seconds,
  pgbench: program,
}: Bench): Promise<Figure[]> {
  const remit = await caseApplication(server, 'hot_counter', cleanup);
  const floor = await floorDatabase(server, 'hot_counter_floor');
  const caseTypes = CASE_TYPES.slice(0, 1);
  const found = await interleaved(repeats, {
    remit: async (warmUp) => {
      const { perSecond } = await load.drive({
        baseUrl: remit.baseUrl,
        token: remit.officer,
        connections: CONNECTIONS,
        seconds: seconds(warmUp ? 2 : SECONDS),
        request: { kind: 'register-case', path: '/api/v1/cases', caseTypes, partyIds: remit.partyIds },
      });
      await delivered(remit);
      return perSecond;
    },
    pgbench: async () =>
      program === undefined
        ? NaN
        : pgbench(program, {
            url: connectionOf(floor, 'case-registry'),
            script: caseScript(caseTypes),
            clients: CONNECTIONS,
            for: { seconds: Math.max(2, Math.round(seconds(SECONDS))) },
          }),
  });
  await remit.stop();
  const floorName = program ? 'pgbench, the same counter' : 'pgbench was not found, so there is no floor';
  return [
    beside(
      { name: 'POST /cases, one type and year', unit: 'per second', floorName },
      measured(found.remit),
      measured(found.pgbench),
    ),
  ];
}
