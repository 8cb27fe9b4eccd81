import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { AUDIT_EVENT, type Envelope } from '../../src/platform/messaging/envelope.js';
import type { Declaration } from '../../src/platform/ownership/declaration.js';
import { declarations } from '../../src/platform/start.js';
import type { TestDatabase } from './database.js';

const SAMPLES = join(dirname(fileURLToPath(import.meta.url)), '../contracts/samples');
/** `<module>/<Event>.v<version>.json`, and with a word before `.json` where one sample does not say enough. */
const NAME = /^(?<type>[A-Za-z]+)\.v(?<version>\d+)(\.[\w-]+)?\.json$/;

type About = Pick<Envelope, 'aggregateType' | 'aggregateId' | 'aggregateVersion' | 'payload'>;

/** A sample as it lies in its file. Frozen: a file is added, never changed, for events like it are in logs. */
export interface FrozenSample extends About {
  /** The contract's folder; `platform` for what the platform itself stages. */
  module: string;
  type: string;
  version: number;
  file: string;
}

export function readSamples(): FrozenSample[] {
  return readdirSync(SAMPLES).flatMap((module) =>
    readdirSync(join(SAMPLES, module))
      .sort()
      .map((file) => {
        const { type = '', version } = NAME.exec(file)?.groups ?? {};
        if (version === undefined) throw new Error(`${module}/${file} is not named <Event>.v<version>.json.`);
        const about = JSON.parse(readFileSync(join(SAMPLES, module, file), 'utf8')) as About;
        return { module, type, version: Number(version), file: `${module}/${file}`, ...about };
      }),
  );
}

/**
 * Every frozen sample as its consumers receive it, each aggregate's in order; ids and times are the same in each run.
 * Across aggregates the order means nothing.
 */
export function frozenSamples(): Envelope[] {
  const declared = declarations();
  const inOrder = readSamples().sort((a, b) => a.aggregateVersion - b.aggregateVersion);
  return inOrder.map((sample, index) => envelopeOf(sample, index, declared));
}

/** The samples of these events alone, such as a consumer handles. */
export const frozenSamplesOf = (...types: readonly string[]): Envelope[] =>
  frozenSamples().filter(({ eventType }) => types.includes(eventType));

function envelopeOf(sample: FrozenSample, index: number, declared: readonly Declaration[]): Envelope {
  const { module, type, version, aggregateType, aggregateId, aggregateVersion, payload } = sample;
  // What every module stages is declared by none.
  const audited = type === AUDIT_EVENT;
  const publishers = declared.filter(({ published_events }) => published_events[type]?.version === version);
  const publisher = publishers.find((each) => each.module === module) ?? publishers[0];
  if (!publisher && !audited)
    throw new Error(`Nobody publishes ${type}, version ${version}, of which there is a sample.`);
  const number = String(index + 1).padStart(16, '0');
  return {
    id: `evt_01KAA00000${number}`,
    position: String(index + 1),
    producer: publisher?.module ?? 'case-registry',
    aggregateType,
    aggregateId,
    aggregateVersion,
    eventType: type,
    eventVersion: version,
    topic: publisher?.module ?? 'audit',
    eventKey: aggregateId,
    classification: publisher?.published_events[type]?.classification ?? 'CONFIDENTIAL',
    correlationId: `corr_01KAA00000${number}`,
    causationId: `cmd_01KAA00000${number}`,
    traceContext: null,
    occurredAt: new Date(Date.UTC(2026, 2, 2, 9, 0, index)).toISOString(),
    payload,
  };
}

const INSERT = `INSERT INTO bus.outbox_event (id, producer, aggregate_type, aggregate_id, aggregate_version, event_type,
    event_version, topic, event_key, payload_json, classification, correlation_id, causation_id, trace_context, occurred_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`;

const valuesOf = (event: Envelope): unknown[] => [
  event.id,
  event.producer,
  event.aggregateType,
  event.aggregateId,
  event.aggregateVersion,
  event.eventType,
  event.eventVersion,
  event.topic,
  event.eventKey,
  JSON.stringify(event.payload),
  event.classification,
  event.correlationId,
  event.causationId,
  event.traceContext,
  event.occurredAt,
];

/** Writes events into the log in this order, each as its producer's own role, as a commit there would. */
export async function appendToLog(database: TestDatabase, events: readonly Envelope[]): Promise<void> {
  const clients = new Map<string, pg.Client>();
  try {
    for (const event of events) {
      let client = clients.get(event.producer);
      if (!client) {
        client = new pg.Client({ connectionString: database.connections.get(event.producer) });
        clients.set(event.producer, client);
        await client.connect();
      }
      await client.query(INSERT, valuesOf(event));
    }
  } finally {
    await Promise.all([...clients.values()].map((client) => client.end()));
  }
}
