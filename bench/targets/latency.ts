import { databaseTime, lagsBetween } from '../delivery/lag.js';
import { DeliveryLab } from '../delivery/lab.js';
import { absolute, atMost, measured, type Figure } from '../run/figure.js';
import { percentile } from '../run/percentile.js';
import { interleaved } from '../run/rounds.js';
import type { Bench } from './target.js';

const SECONDS = 5;

interface Lag {
  p50: number;
  p99: number;
  rate: number;
}

/** From the commit of a command to the commit of the projection's row, at an even rate. */
export async function latency({ server, cleanup, repeats, seconds }: Bench): Promise<Figure[]> {
  const lab = await DeliveryLab.open(server, 'latency', cleanup);
  await lab.child.call('live', { consumers: ['rows-a'] });
  const at =
    (rate: number) =>
    async (warmUp: boolean): Promise<Lag> => {
      const from = await databaseTime(lab.database);
      const issued = await lab.child.call<number>('paced', { rate, seconds: seconds(warmUp ? 2 : SECONDS) });
      const to = await databaseTime(lab.database);
      await lab.applied('rows_a');
      const lags = await lagsBetween(lab.database, 'sink.rows_a', from, to);
      return { p50: percentile(lags, 0.5), p99: percentile(lags, 0.99), rate: issued };
    };
  const found = await interleaved(repeats, { calm: at(200), busy: at(1_000) });
  await lab.child.call('end');

  const of = (name: keyof typeof found, value: keyof Lag) => measured(found[name].map((lag) => lag[value]));
  const issued = (name: keyof typeof found): string => `issued ${Math.round(of(name, 'rate').median)} a second`;
  const lag = (what: string): { name: string; unit: string } => ({ name: `commit to projection, ${what}`, unit: 'ms' });
  return [
    absolute({ ...lag('p50 at 200 a second'), target: atMost(2), reason: issued('calm') }, of('calm', 'p50')),
    absolute({ ...lag('p99 at 200 a second'), target: atMost(25), reason: issued('calm') }, of('calm', 'p99')),
    absolute({ ...lag('p99 at 1,000 a second'), target: atMost(50), reason: issued('busy') }, of('busy', 'p99')),
  ];
}
