import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensurePartitions, lowestEventId, monthOf } from '../../src/platform/administration/partitions.js';
import { asAdministrator } from '../../src/platform/administration/prepare-database.js';
import { drop, retirements } from '../../src/platform/administration/retire.js';
import { writeArchive } from '../../src/platform/administration/write-archive.js';
import { benchDeclarations, declarationOf } from '../contexts/contexts.js';
import { fillLog, stampOf } from '../delivery/fill-log.js';
import { DeliveryLab } from '../delivery/lab.js';
import type { ConsumerKind } from '../delivery/consumers.js';
import { absolute, atMost, measured, type Figure } from '../run/figure.js';
import type { BenchDatabase } from '../server/bench-server.js';
import type { Bench } from './target.js';

const EVENTS = 1_000_000;

/** Months of a million events, archived and dropped whole by the platform's own functions. */
export async function retirement(bench: Bench): Promise<Figure[]> {
  const { url, admin: looker } = await logOfMonths(bench);
  const folder = await mkdtemp(join(tmpdir(), 'remit-bench-archive-'));
  bench.cleanup.add(() => rm(folder, { recursive: true, force: true }));
  const archived: number[] = [];
  const dropped: number[] = [];
  for (let month = bench.repeats; month > 0; month -= 1)
    await asAdministrator(url, async (admin) => {
      const before = monthOf(new Date(), 1 - month);
      for (const each of await retirements(admin, benchDeclarations(), before)) {
        if (each.obstacle) throw new Error(`Not everything can be retired: ${JSON.stringify(each)}`);
        const begun = performance.now();
        const written = each.schema === 'bus' ? await writeArchive(admin, each, folder) : undefined;
        const wrote = performance.now();
        const obstacle = await drop(admin, benchDeclarations(), each, written);
        if (obstacle) throw new Error(`${each.name} was not retired: ${obstacle}`);
        if (!written?.archive) continue;
        archived.push((wrote - begun) / 1000);
        dropped.push((performance.now() - wrote) / 1000);
      }
    });
  const { rows } = await looker.query<{ left: number }>('SELECT count(*)::int AS left FROM bus.outbox_event');
  if (rows[0]?.left !== 0) throw new Error(`${rows[0]?.left ?? '?'} events were not retired.`);
  return [
    absolute({ name: 'retiring a month of a million events', unit: 's', target: atMost(1) }, measured(dropped)),
    absolute({ name: 'archiving it before, while all goes on', unit: 's', target: atMost(60) }, measured(archived)),
  ];
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
