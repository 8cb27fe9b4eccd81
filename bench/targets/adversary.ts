import { setTimeout as pause } from 'node:timers/promises';
import { elsewhere, foreignTransaction, makeHotItems, trouble } from '../delivery/hot-items.js';
import { databaseTime, lagsBetween } from '../delivery/lag.js';
import { DeliveryLab } from '../delivery/lab.js';
import { absolute, atMost, beside, measured, type Figure } from '../run/figure.js';
import { percentile } from '../run/percentile.js';
import type { Bench } from './target.js';

const WRITERS = 16;
const AGGREGATES = 20;
const SECONDS = 4;
const SETTLE_SECONDS = 1.5;

/** Sixteen writers who all want the same twenty aggregates, while others keep transactions open. */
export async function adversary({ server, cleanup, repeats, seconds }: Bench): Promise<Figure[]> {
  const lab = await DeliveryLab.open(server, 'adversary', cleanup);
  const { database } = lab;
  await makeHotItems(database, AGGREGATES);
  await lab.child.call('live', { consumers: ['trace'] });
  const phase = seconds(SECONDS);
  const phases = [undefined, elsewhere(server), undefined, database.url];
  const total = SETTLE_SECONDS + phases.length * repeats * (phase + 0.2);
  const storm = lab.child.call<number>('stormed', { writers: WRITERS, aggregates: AGGREGATES, seconds: total });
  // Awaited below; a failure in between must not go unhandled.
  storm.catch(() => undefined);
  await pause(SETTLE_SECONDS * 1000);
  const windows: { quiet: boolean; from: Date; to: Date }[] = [];
  for (let round = 0; round < repeats; round += 1)
    for (const url of phases) {
      const release = url === undefined ? undefined : await foreignTransaction(url);
      const from = await databaseTime(database);
      await pause(phase * 1000);
      windows.push({ quiet: url === undefined, from, to: await databaseTime(database) });
      await release?.();
    }
  const changes = await storm;
  await lab.applied('trace');
  await lab.child.call('end');

  const p99 = { quiet: [] as number[], foreign: [] as number[] };
  for (const { quiet, from, to } of windows)
    p99[quiet ? 'quiet' : 'foreign'].push(percentile(await lagsBetween(database, 'sink.trace', from, to), 0.99));
  const { events, lost, twice, outOfOrder } = await trouble(database);
  const reason = `${WRITERS} writers, ${AGGREGATES} hot aggregates, ${Math.round(changes / total)} changes a second`;
  const none = (name: string, count: number): Figure =>
    absolute({ name: `adversary: ${name}`, unit: `of ${events} events`, target: atMost(0), reason }, measured([count]));
  return [
    none('lost', lost),
    none('applied twice', twice),
    none('out of order within an aggregate', outOfOrder),
    beside(
      {
        name: 'adversary: p99 during a 4-second foreign transaction',
        unit: 'ms',
        floorName: 'the same without it',
        target: atMost(2),
        reason,
      },
      measured(p99.foreign),
      measured(p99.quiet),
    ),
  ];
}
