import { ensurePartitions, lowestEventId, monthOf } from '../../src/platform/database/partitions.js';
import { asAdministrator } from '../../src/platform/database/prepare-database.js';
import { retire } from '../../src/platform/database/retire.js';
import { benchDeclarations, declarationOf } from '../contexts/contexts.js';
import { fillLog, stampOf } from '../delivery/fill-log.js';
import { DeliveryLab } from '../delivery/lab.js';
import type { ConsumerKind } from '../delivery/consumers.js';
import { absolute, atMost, measured, type Figure } from '../run/figure.js';
import type { BenchDatabase } from '../server/bench-server.js';
import type { Bench } from './target.js';

const EVENTS = 1_000_000;

/** Months of a million events, dropped whole by the platform's own function. */
export async function retirement(bench: Bench): Promise<Figure[]> {
  const { url, admin: looker } = await logOfMonths(bench);
  const took: number[] = [];
  for (let month = bench.repeats; month > 0; month -= 1)
    await asAdministrator(url, async (admin) => {
      const startedAt = performance.now();
      const found = await retire(admin, benchDeclarations(), monthOf(new Date(), 1 - month));
      took.push((performance.now() - startedAt) / 1000);
      const kept = found.filter(({ obstacle }) => obstacle !== undefined);
      if (kept.length > 0) throw new Error(`Not everything was retired: ${JSON.stringify(kept)}`);
    });
  const { rows } = await looker.query<{ left: number }>('SELECT count(*)::int AS left FROM bus.outbox_event');
  if (rows[0]?.left !== 0) throw new Error(`${rows[0]?.left ?? '?'} events were not retired.`);
  return [absolute({ name: 'retiring a month of a million events', unit: 's', target: atMost(1) }, measured(took))];
}

/** The months before this one, as many as there are repeats, each with a million events that everybody is past. */
async function logOfMonths({ server, cleanup, repeats, seconds }: Bench): Promise<BenchDatabase> {
  const lab = await DeliveryLab.open(server, 'retirement', cleanup);
  for (let month = repeats; month > 0; month -= 1) {
    const begin = monthOf(new Date(), -month);
    await asAdministrator(lab.database.url, (admin) => ensurePartitions(admin, benchDeclarations(), begin));
    await fillLog(lab.database, seconds(EVENTS), 200, stampOf(lowestEventId(begin)));
  }
  const { projections, reactions } = declarationOf('sink');
  for (const consumer of [...Object.keys(projections), ...Object.keys(reactions)])
    await lab.standAtPresent(consumer as ConsumerKind);
  return lab.database;
}
