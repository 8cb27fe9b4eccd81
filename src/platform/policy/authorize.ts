import type { Actor, PolicyDecision } from '../base/context.js';
import { newId } from '../base/ids.js';
import { refuse } from '../base/refusal.js';
import type { Policy } from './policy.js';

/**
 * Decides by the row of the permission table; the decision's id goes into the audit record.
 * @throws FORBIDDEN when none of the actor's roles is in the row
 */
export function authorize(policy: Policy, actor: Actor): PolicyDecision {
  const { roles } = policy;
  const role = roles === 'PUBLIC' ? 'PUBLIC' : actor.roles.find((each) => roles.includes(each));
  if (role === undefined)
    throw refuse.FORBIDDEN(`${policy.endpoint} is for ${roles === 'PUBLIC' ? 'everybody' : roles.join(', ')}.`);
  return { policyDecisionId: newId('pdp'), policies: [policy.name ?? policy.endpoint], role };
}
