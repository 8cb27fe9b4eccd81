import type { Actor } from '../base/context.js';
import { API_PREFIX } from './prefix.js';
import { Refusal } from '../base/refusal.js';
import { authorize } from './authorize.js';
import type { Policy } from './policy.js';

/** A command that an actor may want to give, as its owner knows it. */
export interface Intent {
  /** Verb and object, as in audit records. */
  action: string;
  policy: Policy;
  /** What stands in the braces of the policy's path. */
  ids: Readonly<Record<string, string>>;
  query?: Readonly<Record<string, string>>;
  /** The part of the body on which the rule depends. */
  body?: Readonly<Record<string, unknown>>;
  aggregate: { id: string; version: number };
  /** The very rule that the command runs, on what may be thrown away afterwards. */
  rule?: () => void;
}

const refusalOf = (attempt: () => unknown): { code: string; detail: string }[] => {
  try {
    attempt();
    return [];
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return [{ code: error.errorCode, detail: error.message }];
  }
};

/**
 * Weighs a command by its row of the permission table and its owner's rule. Nothing is written.
 * @returns how it is called, and what stands in its way now; the command would answer with the first refusal
 */
export function weigh(owner: string, intent: Intent, actor: Actor) {
  const { action, policy, ids, query, body, aggregate, rule } = intent;
  const [method = '', path = ''] = policy.endpoint.split(' ');
  const refusals = [
    ...refusalOf(() => authorize(policy, actor)),
    ...refusalOf(() => {
      rule?.();
    }),
  ];
  return {
    action,
    owner,
    method,
    path: `/${API_PREFIX}${path.replace(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? '')}`,
    ...(query && { query }),
    ...(body && { body }),
    aggregateId: aggregate.id,
    // For If-Match.
    version: policy.ifMatch ? aggregate.version : null,
    permitted: refusals.length === 0,
    refusals,
  };
}

/** A copy of an aggregate that a rule may change without a trace. */
export const supposing = <Aggregate extends object>(aggregate: Aggregate): Aggregate =>
  Object.assign(Object.create(Object.getPrototypeOf(aggregate) as object) as Aggregate, aggregate);
