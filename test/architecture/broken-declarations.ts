import type { Rule } from '../../src/platform/ownership/violation.js';
import { aggregate, copy, forItsPublisherAlone, leadToEachOther, type Declarations } from './ways-to-break.js';

interface BrokenDeclaration {
  rule: Rule;
  /** What is refused, to follow 'refuses'. */
  what: string;
  breakIt: (declarations: Declarations) => void;
}

export const BROKEN_DECLARATIONS: readonly BrokenDeclaration[] = [
  {
    rule: 'unique-module',
    what: 'two modules in one schema',
    breakIt: ({ billing }) => (billing.database.schema = 'orders'),
  },
  {
    rule: 'unique-module',
    what: 'two modules with one role',
    breakIt: ({ billing }) => (billing.database.role = 'remit_orders'),
  },
  {
    rule: 'table-owned-once',
    what: 'a table that two modules own',
    breakIt: ({ billing }) => (billing.aggregates.other = aggregate(['customer_order'])),
  },
  {
    rule: 'table-owned-once',
    what: 'a table that an aggregate and a projection share',
    breakIt: ({ billing }) => billing.projections['open-orders']?.tables.push('invoice'),
  },
  {
    rule: 'platform-table',
    what: 'a module that declares a table of the platform',
    breakIt: ({ billing }) => (billing.aggregates.other = aggregate(['inbox_event'])),
  },
  {
    rule: 'append-only-table',
    what: 'an append-only table that the aggregate does not have',
    breakIt: ({ orders }) => Object.assign(orders.aggregates.customer_order ?? {}, { append_only: ['journal'] }),
  },
  {
    rule: 'unknown-commander',
    what: 'a commander that does not exist',
    breakIt: ({ platform }) => Object.assign(platform.aggregates.outbox ?? {}, { commanded_by: ['nobody'] }),
  },
  {
    rule: 'fact-owned-once',
    what: 'a fact that two modules own, however it is written',
    breakIt: ({ billing }) => billing.aggregates.invoice?.facts.push('Order-Total'),
  },
  {
    rule: 'event-published-once',
    what: 'an event that two modules publish',
    breakIt: ({ billing }) => (billing.published_events.OrderPlaced = { version: 1, classification: 'PUBLIC' }),
  },
  {
    rule: 'unknown-consumer',
    what: 'a consumer that does not exist',
    breakIt: ({ orders }) => orders.published_events.OrderPlaced?.consumers?.push('shipping'),
  },
  {
    rule: 'unconsumed-event',
    what: 'a consumer that does not consume the event',
    breakIt: ({ orders }) => orders.published_events.OrderPlaced?.consumers?.push('orders'),
  },
  {
    rule: 'unconsumed-event',
    what: 'an Audit that does not hear of commands',
    breakIt: ({ billing, orders }) => {
      orders.module = 'audit';
      for (const part of [billing.asks, billing.copies_held, billing.tells, billing.consumed_events])
        for (const entry of Object.values<{ of?: string; to?: string; from?: string }>(part))
          for (const key of ['of', 'to', 'from'] as const)
            if (entry[key]) entry[key] = entry[key].replace('orders', 'audit');
    },
  },
  {
    rule: 'unpublished-event',
    what: 'an event that nobody publishes',
    breakIt: ({ billing }) => (billing.consumed_events.OrderLost = { from: 'orders', version: 1, by: ['open-orders'] }),
  },
  {
    rule: 'unpublished-event',
    what: 'an event that is not meant for its consumer',
    breakIt: forItsPublisherAlone,
  },
  {
    rule: 'unpublished-event',
    what: 'the audit event in other hands than Audit’s',
    breakIt: ({ billing }) =>
      (billing.consumed_events.AuditStaged = { from: 'platform', version: 1, by: ['open-orders'] }),
  },
  {
    rule: 'classified-event-without-consumers',
    what: 'a confidential event for nobody',
    breakIt: ({ orders }) => (orders.published_events.OrderShipped = { version: 1, classification: 'CONFIDENTIAL' }),
  },
  {
    rule: 'consumers-named-twice',
    what: 'consumers of an event that is for whoever consumes it',
    breakIt: ({ orders }) => Object.assign(orders.published_events.OrderPlaced ?? {}, { classification: 'INTERNAL' }),
  },
  {
    rule: 'unknown-handler',
    what: 'an event handled by what is not declared',
    breakIt: ({ billing }) => billing.consumed_events.OrderPlaced?.by.push('forgotten'),
  },
  {
    rule: 'idle-handler',
    what: 'a reaction to nothing',
    breakIt: ({ billing }) => (billing.reactions['on-nothing'] = { facts: [], starts: 'beginning' }),
  },
  {
    rule: 'handler-named-once',
    what: 'a reaction that has the name of a projection',
    breakIt: ({ billing }) => (billing.reactions['open-orders'] = { facts: [], starts: 'beginning' }),
  },
  {
    rule: 'unanswered-question',
    what: 'a question that its owner does not answer',
    breakIt: ({ orders }) => (orders.exposed_queries = []),
  },
  {
    rule: 'uncarried-command',
    what: 'a command that its owner does not carry out',
    breakIt: ({ orders }) => (orders.exposed_commands = []),
  },
  {
    rule: 'unknown-asker',
    what: 'a question asked by what is not declared',
    breakIt: ({ billing }) => billing.asks.GetOrder?.by.push('on-order-lost'),
  },
  {
    rule: 'unknown-asker',
    what: 'a command sent by a projection, which may not wait for others',
    breakIt: ({ billing }) => billing.tells.CancelOrder?.by.push('open-orders'),
  },
  {
    rule: 'circle-of-questions',
    what: 'a question that leads back to itself through another module',
    breakIt: (all) => {
      leadToEachOther(all);
      all.billing.asks.GetOrder?.by.push('GetInvoice');
    },
  },
  {
    rule: 'circle-of-questions',
    what: 'a command that tells itself',
    breakIt: ({ orders }) => (orders.tells.CancelOrder = { to: 'orders', deadline_ms: 1, by: ['CancelOrder'] }),
  },
  {
    rule: 'long-chain-of-questions',
    what: 'four questions and commands that lead to each other',
    breakIt: (all) => {
      leadToEachOther(all);
      all.billing.tells.CancelOrder?.by.push('GetInvoice');
      all.billing.exposed_queries.push('GetDebt');
      all.orders.asks.GetDebt = { of: 'billing', deadline_ms: 1, by: ['CancelOrder'] };
    },
  },
  {
    rule: 'copy-of-nothing',
    what: 'a copy of what its owner does not own',
    breakIt: (all) => {
      copy(all, { of: 'orders.weather', kept_by: ['OrderPlaced'] });
    },
  },
  {
    rule: 'copy-of-nothing',
    what: 'a copy from a module that does not exist',
    breakIt: (all) => {
      copy(all, { of: 'nobody.weather', kept_by: ['OrderPlaced'] });
    },
  },
  {
    rule: 'copy-pattern',
    what: 'a projection that no event keeps current',
    breakIt: (all) => {
      copy(all, {});
    },
  },
  {
    rule: 'copy-pattern',
    what: 'a projection kept by an event that is not consumed',
    breakIt: (all) => {
      copy(all, { kept_by: ['OrderLost'] });
    },
  },
  {
    rule: 'copy-pattern',
    what: 'a snapshot without its moment',
    breakIt: (all) => {
      copy(all, { pattern: 'snapshot' });
    },
  },
  {
    rule: 'copy-pattern',
    what: 'a snapshot that events keep current',
    breakIt: (all) => {
      copy(all, { pattern: 'snapshot', frozen_at: 'invoicing', kept_by: ['OrderPlaced'] });
    },
  },
  {
    rule: 'copy-pattern',
    what: 'an ask without a question',
    breakIt: (all) => {
      all.billing.asks = {};
      copy(all, { pattern: 'ask' });
    },
  },
  {
    rule: 'status-of-no-event',
    what: 'a status by an event that its module does not publish',
    breakIt: ({ orders }) => Object.assign(orders.aggregates.customer_order?.statuses ?? {}, { LOST: 'OrderLost' }),
  },
  {
    rule: 'unprojected-status',
    what: 'a status that its read model does not hear of',
    breakIt: ({ orders }) => {
      orders.published_events.OrderShipped = { version: 1, classification: 'INTERNAL' };
      Object.assign(orders.aggregates.customer_order?.statuses ?? {}, { SHIPPED: 'OrderShipped' });
    },
  },
  {
    rule: 'unprojected-status',
    what: 'a status that its read model hears of by another consumer',
    breakIt: ({ billing, orders }) => {
      orders.published_events.OrderShipped = { version: 1, classification: 'INTERNAL' };
      billing.projections.names = { tables: ['name'], version: 1, freshness_seconds: 30 };
      Object.assign(billing.copies_held.open_order_status ?? {}, { status_in: 'name.status' });
      billing.consumed_events.OrderShipped = { from: 'orders', version: 1, by: ['names'] };
    },
  },
  {
    rule: 'unprojected-status',
    what: 'a status that nobody shows',
    breakIt: ({ billing }) => delete billing.copies_held.open_order_status,
  },
  {
    rule: 'unprojected-status',
    what: 'a reason why nobody shows what is shown',
    breakIt: ({ orders }) => Object.assign(orders.aggregates.customer_order ?? {}, { unshown_status: 'nobody asks' }),
  },
  {
    rule: 'unprojected-status',
    what: 'a reason why nobody shows what no event tells',
    breakIt: ({ billing }) => Object.assign(billing.aggregates.invoice ?? {}, { unshown_status: 'nobody asks' }),
  },
  {
    rule: 'unprojected-status',
    what: 'a read model of a status that its owner does not declare',
    breakIt: (all) => {
      copy(all, { of: 'billing.invoice', kept_by: ['OrderPlaced'], status_in: 'open_order.status' });
      all.orders.aggregates.customer_order = aggregate(['customer_order'], ['order header', 'order total']);
    },
  },
  {
    rule: 'unprojected-status',
    what: 'a status in a table that no projection keeps',
    breakIt: ({ billing }) =>
      Object.assign(billing.copies_held.open_order_status ?? {}, { status_in: 'invoice.status' }),
  },
  {
    rule: 'use-case-without-transition',
    what: 'a use case that no transition names',
    breakIt: ({ orders }) => orders.aggregates.customer_order?.mutated_by.push('ReturnOrder'),
  },
  {
    rule: 'transition-of-no-event',
    what: 'a transition that tells of an event of another module',
    breakIt: ({ billing }) => billing.transitions['make-invoice']?.event.push('OrderPlaced'),
  },
];
