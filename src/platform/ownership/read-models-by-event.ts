import type { Declaration } from './declaration.js';

/**
 * By type of event, the read models in which what it tells may not show yet: those that are read from a projection which
 * consumes it.
 */
export function readModelsByEvent(declarations: readonly Declaration[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { consumed_events: consumed, projections } of declarations)
    for (const [type, { by }] of Object.entries(consumed)) {
      const models = by.flatMap((name) => projections[name]?.read_as ?? []);
      found.set(type, [...new Set([...(found.get(type) ?? []), ...models])]);
    }
  return found;
}
