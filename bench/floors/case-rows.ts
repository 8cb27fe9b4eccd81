import { EntitySchema, type EntitySchemaColumnOptions } from 'typeorm';

const text = (name: string, nullable = false): EntitySchemaColumnOptions => ({ type: 'text', name, nullable });
const key = (name: string): EntitySchemaColumnOptions => ({ type: 'text', name, primary: true });

/** Rows without a class of their own in the application, for the handlers that write by TypeORM. */
export const OutboxEvent = new EntitySchema<Record<string, unknown>>({
  name: 'bench_outbox_event',
  tableName: 'outbox_event',
  schema: 'bus',
  columns: {
    id: key('id'),
    producer: text('producer'),
    aggregateType: text('aggregate_type'),
    aggregateId: text('aggregate_id'),
    aggregateVersion: { type: 'bigint', name: 'aggregate_version' },
    eventType: text('event_type'),
    eventVersion: { type: 'integer', name: 'event_version' },
    topic: text('topic'),
    eventKey: text('event_key'),
    payload: { type: 'jsonb', name: 'payload_json' },
    classification: text('classification'),
    correlationId: text('correlation_id'),
    causationId: text('causation_id'),
    traceContext: text('trace_context', true),
    occurredAt: { type: 'timestamptz', name: 'occurred_at' },
  },
});

export const IdempotencyRecord = new EntitySchema<Record<string, unknown>>({
  name: 'bench_idempotency_record',
  tableName: 'idempotency_record',
  schema: 'case_registry',
  columns: {
    actorId: key('actor_id'),
    key: key('idempotency_key'),
    digest: text('digest'),
    status: { type: 'integer', name: 'status' },
    etag: text('etag', true),
    location: text('location', true),
    body: text('body'),
    commandId: text('command_id'),
    createdAt: { type: 'timestamptz', name: 'created_at' },
  },
});
