import pg from 'pg';
import { fillLog } from '../delivery/fill-log.js';
import { DeliveryLab } from '../delivery/lab.js';
import { atLeast, beside, measured, type Figure } from '../run/figure.js';
import { interleaved } from '../run/rounds.js';
import { say } from '../run/say.js';
import type { Bench } from './target.js';

const SMALL = 10_000;
const LARGE = 1_000_000;
const EVENTS = 40_000;

/** Delivery at the end of a log of ten thousand events and of a million, and while somebody reads for long. */
export async function growthOfDelivery(bench: Bench): Promise<Figure[]> {
  const { server, cleanup, repeats, seconds } = bench;
  const small = await DeliveryLab.open(server, 'growth_delivery_small', cleanup);
  const large = await DeliveryLab.open(server, 'growth_delivery_large', cleanup);
  await fillLog(small.database, SMALL, 20);
  await fillLog(large.database, seconds(LARGE), 20);
  say('growth-of-delivery: the logs are there');
  for (const lab of [small, large]) await lab.standAtPresent('rows-a');
  const drain =
    (lab: DeliveryLab) =>
    (warmUp: boolean): Promise<number> =>
      lab.drain(['rows-a'], Math.round(seconds(warmUp ? EVENTS / 4 : EVENTS) / 500) * 500);
  const found = await interleaved(repeats, {
    small: drain(small),
    large: drain(large),
    held: async (warmUp) => {
      const release = await longReader(small.database.url);
      try {
        return await drain(small)(warmUp);
      } finally {
        await release();
      }
    },
  });
  const unit = 'events per second';
  return [
    beside(
      {
        name: 'one projection, a million events',
        unit,
        floorName: 'the same at ten thousand events',
        target: atLeast(0.85),
      },
      measured(found.large),
      measured(found.small),
    ),
    beside(
      { name: 'one projection, a long reader held', unit, floorName: 'the same without it', target: atLeast(0.85) },
      measured(found.held),
      measured(found.small),
    ),
  ];
}

/** Somebody who has begun to read the log, and whose snapshot nothing may be cleaned away from. */
async function longReader(url: string): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM bus.outbox_event');
  return () => client.end();
}
