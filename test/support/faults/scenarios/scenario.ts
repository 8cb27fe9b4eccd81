import type { Verdict } from '../check.js';
import type { Breakage } from '../crash-points.js';
import type { Place } from '../places.js';
import { FaultedSystem } from '../system.js';
import { weakened } from '../weakened.js';

/** One protection less, in the process or in the database, to see whether the checks notice. */
export interface Without {
  broken?: Breakage;
  weakened?: keyof typeof weakened;
}

export interface Asked extends Without {
  random: () => number;
  /** How often the fault is to come. */
  times: number;
}

/** What came of it, and how often the fault did come. */
export interface Outcome extends Verdict {
  faults: number;
}

/** Makes a system at a place, lets a fault come over it, checks it, and takes everything away again. */
export async function putToTheTest<Where extends Place>(
  place: Where,
  { random, weakened: weaken }: Asked,
  fault: (system: FaultedSystem<Where>) => Promise<{ faults: number } & Verdict>,
): Promise<Outcome> {
  const system = await FaultedSystem.at(place, random, weaken && weakened[weaken]);
  try {
    return await fault(system);
  } finally {
    await system.close();
  }
}
