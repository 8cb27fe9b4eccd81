import { benchDatabase } from '../contexts/contexts.js';
import { drainByPgbench, placeCursor } from '../delivery/drain-pgbench.js';
import { fillLog } from '../delivery/fill-log.js';
import { DeliveryLab } from '../delivery/lab.js';
import { absolute, atLeast, beside, measured, type Figure } from '../run/figure.js';
import { versionOf } from '../run/machine.js';
import { interleaved } from '../run/rounds.js';
import { Child } from '../server/child.js';
import type { Bench } from './target.js';

const EVENTS = { set: 40_000, plain: 15_000, fan: 4_000, graphile: 8_000, boss: 12_000 };
const FAN = ['rows-a', 'rows-b', 'rows-c', 'echo-a', 'echo-b'] as const;

/** How many events a second consumers apply, beside the same handler on other queues and a drain without any. */
export async function delivery(bench: Bench): Promise<Figure[]> {
  const { server, cleanup, pgbench } = bench;
  const set = await DeliveryLab.open(server, 'delivery_set', cleanup);
  const plain = await DeliveryLab.open(server, 'delivery_plain', cleanup);
  const fan = await DeliveryLab.open(server, 'delivery_fan', cleanup);
  const floor = await benchDatabase(server, 'delivery_floor');
  const peers = Child.start('delivery/peers-process', cleanup);
  await peers.call('open', { url: floor.url });
  const many = (events: number, warmUp: boolean): number =>
    Math.max(1_000, Math.round(bench.seconds(warmUp ? events / 4 : events) / 500) * 500);

  const found = await interleaved(bench.repeats, {
    set: (warmUp) => set.drain(['rows-a'], many(EVENTS.set, warmUp)),
    pgbench: async (warmUp) => {
      if (pgbench === undefined) return NaN;
      const events = many(EVENTS.set, warmUp);
      await placeCursor(floor);
      await fillLog(floor, events);
      return drainByPgbench(pgbench, floor, events);
    },
    plain: (warmUp) => plain.drain(['plain-a'], many(EVENTS.plain, warmUp)),
    graphile: async (warmUp) => {
      const jobs = many(EVENTS.graphile, warmUp);
      return jobs / (await peers.call<number>('graphile', { jobs }));
    },
    boss: async (warmUp) => {
      const jobs = many(EVENTS.boss, warmUp);
      return jobs / (await peers.call<number>('pgBoss', { jobs }));
    },
    fetched: async (warmUp) => {
      const jobs = many(EVENTS.boss, warmUp);
      return jobs / (await peers.call<number>('pgBossFetched', { jobs }));
    },
    fan: (warmUp) => fan.drain(FAN, many(EVENTS.fan, warmUp)),
  });

  const rate = (name: keyof typeof found) => measured(found[name]);
  const graphile = `graphile-worker ${await versionOf('graphile-worker')}, local queue of 500, 24 at once, completions batched`;
  const boss = `pg-boss ${await versionOf('pg-boss')}`;
  const workers = `${boss}, four workers with batches of 500`;
  const loops = `${boss}, four loops without its workers, batches of 500`;
  const drain = pgbench ? 'pgbench, cursor drain in batches of 500' : 'pgbench was not found, so there is no floor';
  const one = { name: 'one projection, set-based', unit: 'events per second' };
  const each = { name: 'one projection, event by event', unit: 'events per second' };
  return [
    beside({ ...one, floorName: graphile, target: atLeast(8) }, rate('set'), rate('graphile')),
    beside({ ...one, floorName: workers, target: atLeast(5) }, rate('set'), rate('boss')),
    beside(
      { ...one, floorName: loops, reason: 'more than the library offers; for information' },
      rate('set'),
      rate('fetched'),
    ),
    beside({ ...one, floorName: drain, target: atLeast(0.5) }, rate('set'), rate('pgbench')),
    beside({ ...each, floorName: graphile, target: atLeast(4) }, rate('plain'), rate('graphile')),
    absolute(
      { name: 'three projections and two reactions', unit: 'events per second', target: atLeast(3_000) },
      rate('fan'),
    ),
  ];
}
