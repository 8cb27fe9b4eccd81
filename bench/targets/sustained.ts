import { absolute, atMost, measured, type Figure } from '../run/figure.js';
import { percentile } from '../run/percentile.js';
import type { BenchDatabase } from '../server/bench-server.js';
import { CASE_TYPES } from '../server/case-catalogue.js';
import { delivered } from '../server/delivered.js';
import { caseApplication } from './cases.js';
import type { Bench } from './target.js';

const CONNECTIONS = 16;
const SECONDS = 10;

interface Way {
  /** Milliseconds. */
  lag: number;
  /** Seconds since the first commit. */
  committed: number;
  applied: number;
}

/** Commands with delivery to every consumer in the same process: nobody falls behind. */
export async function sustained({ server, load, cleanup, repeats, seconds }: Bench): Promise<Figure[]> {
  const remit = await caseApplication(server, 'sustained', cleanup);
  const found: Record<'dossier' | 'audit', { p99: number; growth: number }[]> = { dossier: [], audit: [] };
  const rates: number[] = [];
  for (let round = 0; round <= repeats; round += 1) {
    const since = await positionOf(remit.database);
    const { perSecond } = await load.drive({
      baseUrl: remit.baseUrl,
      token: remit.officer,
      connections: CONNECTIONS,
      seconds: seconds(round === 0 ? 2 : SECONDS),
      request: { kind: 'register-case', path: '/api/v1/cases', caseTypes: CASE_TYPES, partyIds: remit.partyIds },
    });
    await delivered(remit);
    if (round === 0) continue;
    rates.push(perSecond);
    found.dossier.push(judge(await waysTo(remit.database, 'reporting.case_dossier', 'last_event_id', since)));
    found.audit.push(judge(await waysTo(remit.database, 'audit.audit_record', 'event_id', since)));
  }
  await remit.stop();

  const reason = `at ${Math.round(measured(rates).median)} commands a second from ${CONNECTIONS} connections`;
  return (['dossier', 'audit'] as const).flatMap((name) => [
    absolute(
      { name: `sustained commands: p99 from commit to ${name}`, unit: 'ms', target: atMost(250), reason },
      measured(found[name].map(({ p99 }) => p99)),
    ),
    absolute(
      {
        name: `sustained commands: growth of the backlog, ${name}`,
        unit: 'of each command',
        target: atMost(0.02),
        reason: 'backlog at the end less that after a third of the time, over the commands in between',
      },
      measured(found[name].map(({ growth }) => growth)),
    ),
  ]);
}

async function positionOf({ admin }: BenchDatabase): Promise<string> {
  const { rows } = await admin.query<{ position: string }>('SELECT max(position) AS position FROM bus.outbox_event');
  return rows[0]?.position ?? '0';
}

/** When each event after a position was committed, and when what a consumer made of it was. */
async function waysTo({ admin }: BenchDatabase, table: string, eventId: string, since: string): Promise<Way[]> {
  const { rows } = await admin.query<Way>(
    `SELECT extract(epoch FROM committed - min(committed) OVER ())::float8 AS committed,
       extract(epoch FROM applied - min(committed) OVER ())::float8 AS applied,
       (1000 * extract(epoch FROM applied - committed))::float8 AS lag
     FROM (SELECT pg_xact_commit_timestamp(e.xmin) AS committed, pg_xact_commit_timestamp(r.xmin) AS applied
           FROM bus.outbox_event e JOIN ${table} r ON r.${eventId} = e.id WHERE e.position > $1) AS ways`,
    [since],
  );
  return rows;
}

function judge(ways: readonly Way[]): { p99: number; growth: number } {
  const end = ways.reduce((latest, { committed }) => Math.max(latest, committed), 0);
  const before = (time: keyof Way, moment: number): number => ways.filter((way) => way[time] <= moment).length;
  const backlog = (moment: number): number => before('committed', moment) - before('applied', moment);
  const between = before('committed', end) - before('committed', end / 3);
  return {
    p99: percentile(
      ways.map(({ lag }) => lag),
      0.99,
    ),
    growth: (backlog(end) - backlog(end / 3)) / between,
  };
}
