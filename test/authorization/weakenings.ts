import type { Policy } from '../../src/platform/policy/policy.js';
import { ROLES } from './trials.js';

/** A row with less in it than it should have. */
export interface Weakening {
  endpoint: string;
  /** What is weaker. */
  how: string;
  policy: Policy;
  change: Partial<Policy>;
}

/** Kept by the aggregates, whatever the row says: their own tests weaken these. */
const OF_AGGREGATES = ['CAPTURED', 'DUTIES'];

/** Every way in which one row could let in more than it should: one more role, a guard less, no version. */
export function weakeningsOf(policy: Policy): Weakening[] {
  const { endpoint, roles, ifMatch, guards = [] } = policy;
  const made: Omit<Weakening, 'endpoint' | 'policy'>[] = [];
  const outside = roles === 'PUBLIC' ? undefined : ROLES.find((role) => !roles.includes(role));
  if (roles !== 'PUBLIC' && outside !== undefined)
    made.push({ how: `is also for ${outside}`, change: { roles: [...roles, outside] } });
  if (ifMatch) made.push({ how: 'needs no version', change: { ifMatch: false } });
  for (const guard of guards.filter(({ of }) => !OF_AGGREGATES.includes(of)))
    for (const dropped of guard.by) {
      const weaker = { ...guard, by: guard.by.filter((each) => each !== dropped) };
      const change = { guards: guards.map((each) => (each === guard ? weaker : each)) };
      made.push({ how: `guards ${guard.of} without ${dropped}`, change });
    }
  return made.map((each) => ({ endpoint, policy, ...each }));
}

/** While something is done, the row says less. The rows are data that each request reads: nothing else is touched. */
export async function whileWeakened<Result>(
  { policy, change }: Weakening,
  work: () => Promise<Result>,
): Promise<Result> {
  const before = { ...policy };
  Object.assign(policy, change);
  try {
    return await work();
  } finally {
    Object.assign(policy, before);
  }
}
