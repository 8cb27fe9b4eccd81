import { fillLog } from '../delivery/fill-log.js';
import { DeliveryLab } from '../delivery/lab.js';
import { absolute, atLeast, atMost, measured, type Figure } from '../run/figure.js';
import { say } from '../run/say.js';
import type { Bench } from './target.js';

const EVENTS = 1_000_000;
/** A projection that reads a log of a million events from its beginning, and what that does to the process's memory. */
export async function rebuild({ server, cleanup, repeats, seconds }: Bench): Promise<Figure[]> {
  const events = seconds(EVENTS);
  const lab = await DeliveryLab.open(server, 'rebuild', cleanup);
  await fillLog(lab.database, events, 20);
  say(`rebuild: a log of ${events} events is there`);
  // Only after as many events is code compiled and has the runtime taken the pages that it turns over.
  await lab.rateOf(['rows-a:warm-up'], events);
  const before = await lab.memory();
  const rates: number[] = [];
  const [resident, heap]: [number[], number[]] = [[], []];
  for (let round = 0; round < repeats; round += 1) {
    // A consumer that nobody has seen yet has seen nothing.
    rates.push(await lab.rateOf([`rows-a:${round}`], events));
    const after = await lab.memory();
    resident.push(after.residentMiB / before.residentMiB);
    heap.push(after.heapMiB / before.heapMiB);
  }
  const reason = `after each ${events} events, over that after the first; ${Math.round(before.residentMiB)} MiB resident and ${Math.round(before.heapMiB)} MiB of heap then`;
  const memory = (what: string): { name: string; unit: string } => ({ name: `${what} after a million events more`, unit: 'of that before' }); // prettier-ignore
  return [
    absolute(
      { name: 'rebuild from the beginning', unit: 'events per second', target: atLeast(10_000) },
      measured(rates),
    ),
    absolute({ ...memory('resident memory'), target: atMost(1.1), reason }, measured(resident)),
    absolute({ ...memory('heap in use'), target: atMost(1.1), reason }, measured(heap)),
  ];
}
