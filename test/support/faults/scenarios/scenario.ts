import type { Verdict } from '../check.js';
import type { Breakage } from '../crash-points.js';
import type { Deployment } from '../deployments.js';
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

/** Makes a system on a deployment, injects a fault into it, checks it, and takes everything away again. */
export async function runScenario<On extends Deployment>(
  deployment: On,
  { random, weakened: weaken }: Asked,
  fault: (system: FaultedSystem<On>) => Promise<{ faults: number } & Verdict>,
): Promise<Outcome> {
  const system = await FaultedSystem.on(deployment, random, weaken && weakened[weaken]);
  try {
    return await fault(system);
  } finally {
    await system.close();
  }
}
