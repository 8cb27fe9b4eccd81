import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { withCall, type Call } from '../../src/platform/base/context.js';
import type { ModuleDatabase } from '../../src/platform/database/module-database.js';
import { newId } from '../../src/platform/base/ids.js';
import type { Work } from '../../src/platform/messaging/work.js';
import { ItemChanged, NOTE, stageItem, TITLE } from '../contexts/item.js';

const call = (): Call => {
  const commandId = newId('cmd');
  return {
    actor: { actorId: 'bench', roles: ['INTAKE_OFFICER'], clearance: 'CONFIDENTIAL' },
    correlationId: newId('corr'),
    commandId,
    causationId: commandId,
    policyDecision: { policyDecisionId: newId('pdp'), policies: ['POST /items'], role: 'INTAKE_OFFICER' },
  };
};

/**
 * Issues commands at an even rate whether or not earlier ones have ended, as independent users do.
 * @returns how many a second were really issued
 */
export async function pace(work: Work, { rate, seconds }: { rate: number; seconds: number }): Promise<number> {
  const startedAt = performance.now();
  const wanted = Math.round(rate * seconds);
  const issued: Promise<unknown>[] = [];
  while (issued.length < wanted) {
    const due = Math.min(wanted, Math.ceil(((performance.now() - startedAt) / 1000) * rate));
    while (issued.length < due)
      issued.push(withCall(call(), () => work.run((tx) => ({ status: 201, body: {}, of: stageItem(tx) }))));
    await pause(1);
  }
  const took = (performance.now() - startedAt) / 1000;
  await Promise.all(issued);
  return issued.length / took;
}

/** The aggregate's next version and its event, in one commit: whoever writes n+1 has waited for n. */
const CHANGE = `
  WITH changed AS (UPDATE source.item SET version = version + 1 WHERE item_id = $1 RETURNING version)
  INSERT INTO bus.outbox_event (id, producer, aggregate_type, aggregate_id, aggregate_version, event_type, event_version,
    topic, event_key, payload_json, classification, correlation_id, causation_id, occurred_at)
  SELECT $2, 'source', 'item', $1, version, '${ItemChanged.type}', 1, 'source', $1,
    jsonb_build_object('itemId', $1::text, 'title', '${TITLE}', 'note', '${NOTE}'), 'INTERNAL', $2, $2,
    clock_timestamp() FROM changed`;

export const hotItem = (index: number): string => `item_hot${index}`;

/**
 * Each writer changes one of the aggregates by chance, over and over, on a connection of its own.
 * @returns how many changes were committed
 */
export async function storm(
  { pool: { options } }: ModuleDatabase,
  committed: () => void,
  { writers, aggregates, seconds }: { writers: number; aggregates: number; seconds: number },
): Promise<number> {
  const end = performance.now() + seconds * 1000;
  let changes = 0;
  const writer = async (): Promise<void> => {
    const client = new pg.Client(options);
    await client.connect();
    while (performance.now() < end) {
      const itemId = hotItem(Math.floor(Math.random() * aggregates));
      const { rowCount } = await client.query({ name: 'change', text: CHANGE, values: [itemId, newId('evt')] });
      if (rowCount !== 1) throw new Error(`There is no ${itemId}.`);
      changes += 1;
      committed();
    }
    await client.end();
  };
  await Promise.all(Array.from({ length: writers }, writer));
  return changes;
}
