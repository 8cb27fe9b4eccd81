import pg from 'pg';
import type { Connections } from '../../src/platform/database/module-variables.js';
import type { Envelope, EventContract } from '../../src/platform/messaging/envelope.js';
import { newId } from '../../src/platform/base/ids.js';

/** What a test says of an event; the rest follows. */
export interface LoggedEvent {
  /** The module that publishes it. */
  producer: string;
  contract: Pick<EventContract, 'type' | 'version'>;
  aggregateType: string;
  aggregateId: string;
  aggregateVersion: number;
  payload: object;
  /** Made in order unless given. */
  id?: string;
  /** The machine's time unless given. */
  occurredAt?: string;
}

/** The event as a consumer receives it, for tests without a database. */
export function envelopeOf(event: LoggedEvent): Envelope {
  const { producer, contract, aggregateType, aggregateId, aggregateVersion, payload } = event;
  return {
    id: event.id ?? newId('evt'),
    position: '0',
    producer,
    aggregateType,
    aggregateId,
    aggregateVersion,
    eventType: contract.type,
    eventVersion: contract.version,
    topic: producer,
    eventKey: aggregateId,
    classification: 'INTERNAL',
    correlationId: newId('corr'),
    causationId: newId('cmd'),
    traceContext: null,
    occurredAt: event.occurredAt ?? new Date().toISOString(),
    payload,
  };
}

/**
 * Plays the modules that are not loaded: appends their events to the log, each under its own role, as their commits
 * would.
 */
export class ForeignLog {
  private readonly clients = new Map<string, Promise<pg.Client>>();

  /** @param appended called after each commit, as a process notifies the other replicas */
  constructor(
    private readonly connections: Connections,
    private readonly appended: () => void = () => undefined,
  ) {}

  /** One commit an event, in the order given. @returns their ids */
  async append(...events: readonly LoggedEvent[]): Promise<string[]> {
    const ids: string[] = [];
    for (const event of events) ids.push(...(await this.appendTogether([event])));
    return ids;
  }

  /** One commit for all; they must be of one producer. @returns their ids */
  async appendTogether(events: readonly LoggedEvent[]): Promise<string[]> {
    const rows = events.map(envelopeOf);
    const [first] = rows;
    if (!first) return [];
    const client = await this.clientOf(first.producer);
    await client.query({
      name: 'append',
      text: `INSERT INTO bus.outbox_event (id, producer, aggregate_type, aggregate_id, aggregate_version, event_type,
               event_version, topic, event_key, payload_json, classification, correlation_id, causation_id, occurred_at)
             SELECT * FROM jsonb_to_recordset($1) AS e (id text, producer text, aggregate_type text, aggregate_id text,
               aggregate_version bigint, event_type text, event_version int, topic text, event_key text,
               payload_json jsonb, classification text, correlation_id text, causation_id text, occurred_at timestamptz)`,
      values: [JSON.stringify(rows.map(columnsOf))],
    });
    this.appended();
    return rows.map(({ id }) => id);
  }

  async close(): Promise<void> {
    for (const client of this.clients.values()) await (await client).end();
  }

  private clientOf(producer: string): Promise<pg.Client> {
    let client = this.clients.get(producer);
    if (!client) {
      client = connected(this.connections.get(producer));
      this.clients.set(producer, client);
    }
    return client;
  }
}

const columnsOf = (event: Envelope): object => ({
  id: event.id,
  producer: event.producer,
  aggregate_type: event.aggregateType,
  aggregate_id: event.aggregateId,
  aggregate_version: event.aggregateVersion,
  event_type: event.eventType,
  event_version: event.eventVersion,
  topic: event.topic,
  event_key: event.eventKey,
  payload_json: event.payload,
  classification: event.classification,
  correlation_id: event.correlationId,
  causation_id: event.causationId,
  occurred_at: event.occurredAt,
});

async function connected(url: string | undefined): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client;
}
