import type { Declaration } from '../../src/platform/ownership/declaration.js';

/** The sound tree's declarations by module, to be broken in one place. */
export interface Declarations {
  platform: Declaration;
  orders: Declaration;
  billing: Declaration;
}

export const aggregate = (tables: string[], facts: string[] = []): Declaration['aggregates'][string] => ({
  tables,
  facts,
  created_by: [],
  mutated_by: [],
});

export const copy = ({ billing }: Declarations, changes: Partial<Declaration['copies_held'][string]>): void => {
  const of = { of: 'orders.order header', pattern: 'projection' };
  Object.assign(billing.copies_held, { open_order: { ...of, ...changes } });
};

/** A question of each module leads to one of the other: allowed, because none comes back to itself. */
export const leadToEachOther = ({ billing, orders }: Declarations): void => {
  billing.exposed_queries = ['GetInvoice'];
  billing.asks.GetOrder?.by.push('on-order-placed');
  orders.asks.GetInvoice = { of: 'billing', deadline_ms: 1, by: ['GetOrder'] };
};

export function forItsPublisherAlone({ orders }: Declarations): void {
  orders.published_events.OrderPlaced?.consumers?.splice(0, 1, 'orders');
  orders.projections.totals = { tables: ['total'], version: 1, freshness_seconds: 30 };
  orders.consumed_events.OrderPlaced = { from: 'orders', version: 1, by: ['totals'] };
}
