import type { Classification } from '../base/context.js';
import type { Envelope } from '../messaging/envelope.js';
import type { JsonSchema } from './class-rules.js';

/** A published event as its producer declares it. */
export interface DeclaredEvent {
  producer: string;
  type: string;
  version: number;
  classification: Classification;
  consumers: readonly string[];
}

/** Two versions of one event may be published side by side. */
export const messageNameOf = ({ type, version }: { type: string; version: number }): string => `${type}.v${version}`;

const text = (description: string): JsonSchema => ({ type: 'string', description });

/** What goes with every payload; in brackets the attribute of CloudEvents 1.0 that says the same. */
export function headersOf({ producer, type, version, classification }: DeclaredEvent): JsonSchema {
  const properties: Record<keyof Omit<Envelope, 'payload'>, JsonSchema> = {
    id: { type: 'string', pattern: '^evt_[0-9A-HJKMNP-TV-Z]{26}$', description: 'Made in order. (id)' },
    position: text('Place in the log, a whole number; says nothing about order across aggregates.'),
    producer: { const: producer, description: '(source)' },
    aggregateType: text('The kind of thing that it happened to.'),
    aggregateId: text('The thing that it happened to. (subject)'),
    aggregateVersion: { type: 'integer', minimum: 1, description: 'Rises by one with every event of the aggregate.' },
    eventType: { const: type, description: '(type)' },
    eventVersion: { const: version, description: '(dataschema)' },
    topic: { const: producer },
    eventKey: text('Events of one key are delivered in order. (partitionkey)'),
    classification: { const: classification },
    correlationId: text('Of the request that it began with.'),
    causationId: text('The command or event that led to it.'),
    traceContext: { type: ['string', 'null'], description: 'W3C trace context. (traceparent)' },
    occurredAt: { type: 'string', format: 'date-time', description: 'By the application’s clock, in UTC. (time)' },
  };
  return { type: 'object', properties, required: Object.keys(properties) };
}
