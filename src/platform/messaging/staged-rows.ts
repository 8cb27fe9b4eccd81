import type { Call } from '../base/context.js';
import type { Answer } from './answer.js';
import type { Column } from './commit-statement.js';
import type { EventContract } from './envelope.js';

/** An event of a unit of work before it is committed. */
export interface StagedEvent {
  id: string;
  aggregateType: string;
  aggregateId: string;
  aggregateVersion: number;
  contract: Pick<EventContract, 'type' | 'version'>;
  eventKey: string;
  topic: string;
  classification: string;
  payload: object;
}

const text = (name: string, value: unknown): Column => ({ name, value, type: 'text' });

/** An event as a row of the log. */
export function eventColumns(event: StagedEvent, producer: string, call: Call, occurredAt: Date): Column[] {
  const { correlationId, causationId, traceparent } = call;
  return [
    text('id', event.id),
    text('producer', producer),
    text('aggregate_type', event.aggregateType),
    text('aggregate_id', event.aggregateId),
    text('aggregate_version', event.aggregateVersion),
    text('event_type', event.contract.type),
    text('event_version', event.contract.version),
    text('topic', event.topic),
    text('event_key', event.eventKey),
    { name: 'payload_json', value: JSON.stringify(event.payload), type: 'jsonb' },
    text('classification', event.classification),
    text('correlation_id', correlationId),
    text('causation_id', causationId),
    text('trace_context', traceparent ?? null),
    text('occurred_at', occurredAt.toISOString()),
  ];
}

/** What a repeat under the same idempotency key is answered from; nothing when the call has no key. */
export function firstAnswerColumns(answer: Answer, call: Call, occurredAt: Date): Column[] | undefined {
  if (!call.idempotency) return undefined;
  return [
    text('actor_id', call.actor.actorId),
    text('idempotency_key', call.idempotency.key),
    text('digest', call.idempotency.digest),
    text('status', answer.status),
    text('etag', answer.etag ?? null),
    text('location', answer.location ?? null),
    text('body', answer.body),
    text('command_id', call.commandId),
    text('created_at', occurredAt.toISOString()),
  ];
}
