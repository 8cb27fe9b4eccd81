import { fillLog } from '../delivery/fill-log.js';
import { DeliveryLab } from '../delivery/lab.js';
import { atLeast, beside, measured, type Figure } from '../run/figure.js';
import { interleaved } from '../run/rounds.js';
import { Load } from '../load/load.js';
import { CASE_TYPES } from '../server/case-catalogue.js';
import { delivered } from '../server/delivered.js';
import { caseApplication, onDatabase, type CaseApplication } from './cases.js';
import type { Bench } from './target.js';

const EVENTS = 30_000;
const SECONDS = 4;
const CONNECTIONS = 16;

/** Two processes on one database, beside one. */
export async function replicas(bench: Bench): Promise<Figure[]> {
  return [...(await deliveryByTwo(bench)), ...(await commandsByTwo(bench))];
}

/** Of three consumers, each is held by one of the processes; together they deliver no slower than one process alone. */
async function deliveryByTwo({ server, cleanup, repeats, seconds }: Bench): Promise<Figure[]> {
  const consumers = ['rows-a', 'rows-b', 'rows-c'] as const;
  const one = await DeliveryLab.open(server, 'replicas_one', cleanup);
  const first = await DeliveryLab.open(server, 'replicas_two', cleanup, false);
  const second = await DeliveryLab.beside(first.database, cleanup);
  const many = (warmUp: boolean): number => Math.round(seconds(warmUp ? EVENTS / 4 : EVENTS) / 500) * 500;
  const found = await interleaved(repeats, {
    one: (warmUp) => one.drain(consumers, many(warmUp)),
    two: async (warmUp) => {
      const events = many(warmUp);
      await fillLog(first.database, events);
      return DeliveryLab.sharedRate([first, second], consumers, events);
    },
  });
  return [
    beside(
      {
        name: 'two processes deliver to three projections',
        unit: 'events per second',
        floorName: 'one process',
        target: atLeast(1),
      },
      measured(found.two),
      measured(found.one),
    ),
  ];
}

async function commandsByTwo({ server, cleanup, repeats, seconds, load }: Bench): Promise<Figure[]> {
  const first = await caseApplication(server, 'replicas_commands', cleanup);
  const second = await onDatabase(first.database, cleanup);
  const other = Load.start(cleanup);
  const drive = (generator: Load, remit: CaseApplication, warmUp: boolean, connections: number) =>
    generator.drive({
      baseUrl: remit.baseUrl,
      token: remit.officer,
      connections,
      seconds: seconds(warmUp ? 2 : SECONDS),
      request: { kind: 'register-case', path: '/api/v1/cases', caseTypes: CASE_TYPES, partyIds: first.partyIds },
    });
  const found = await interleaved(repeats, {
    one: async (warmUp) => {
      const { perSecond } = await drive(load, first, warmUp, CONNECTIONS);
      await delivered(first);
      return perSecond;
    },
    two: async (warmUp) => {
      const both = [drive(load, first, warmUp, CONNECTIONS / 2), drive(other, second, warmUp, CONNECTIONS / 2)];
      const rates = (await Promise.all(both)).map(({ perSecond }) => perSecond);
      await delivered(first);
      return rates.reduce((sum, rate) => sum + rate, 0);
    },
  });
  await Promise.all([first.stop(), second.stop()]);
  const reason = 'the load generators, both processes and PostgreSQL share the cores: with few of them nothing is left to scale with'; // prettier-ignore
  return [
    beside(
      { name: 'two processes take commands', unit: 'per second', floorName: 'one process', target: atLeast(1), reason },
      measured(found.two),
      measured(found.one),
    ),
  ];
}
