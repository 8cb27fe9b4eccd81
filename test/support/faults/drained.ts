import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { eventually } from '../eventually.js';
import type { FaultedProcess } from './faulted-process.js';
import type { Finding } from './findings.js';

const WITHIN_MS = 60_000;
const POLL_MS = 100;

/** What a consumer has not read by its own offset, or not processed, save events of these keys. */
export async function notProcessed(
  admin: pg.Client,
  consumers: readonly { name: string }[],
  saveKeys: readonly string[] = [],
): Promise<string[]> {
  const behind: string[] = [];
  for (const { name } of consumers) {
    const schema = name.split('.')[0]?.replaceAll('-', '_') ?? '';
    const { rows } = await admin.query<{ unread: number; kept: number }>(
      `SELECT (SELECT count(*) FROM bus.outbox_event e, ${schema}.consumer_offset o WHERE o.consumer_name = $1
           AND (o.until_snapshot IS NOT NULL OR NOT pg_visible_in_snapshot(e.txid, o.snapshot::pg_snapshot)))::int AS unread,
         (SELECT count(*) FROM ${schema}.inbox_event WHERE consumer_name = $1 AND status <> 'PROCESSED'
           AND event_key <> ALL ($2))::int AS kept`,
      [name, saveKeys],
    );
    const { unread = 0, kept = 0 } = rows[0] ?? {};
    if (unread + kept > 0) behind.push(`${name}: ${unread} not read, ${kept} not processed`);
  }
  return behind;
}

const positionOf = async (admin: pg.Client): Promise<string> =>
  (await admin.query<{ last: string }>('SELECT coalesce(max(position), 0)::text AS last FROM bus.outbox_event')).rows[0]
    ?.last ?? '';

/** Every consumer has seen the whole log, as its own offset says, and nothing waits in any inbox. */
export async function awaitDrained(admin: pg.Client, through: FaultedProcess): Promise<Finding[]> {
  const consumers = await through.consumers();
  let last: string[] = [];
  await eventually(
    async () => {
      // Each poll counts the log for every consumer: not two hundred times a second.
      await pause(POLL_MS);
      const before = await positionOf(admin);
      last = await notProcessed(admin, consumers);
      // A reaction may have published an event after its consumer had been looked at.
      if (last.length === 0 && (await positionOf(admin)) !== before) last = ['the log still grows'];
      return last;
    },
    (behind) => behind.length === 0,
    WITHIN_MS,
  ).catch(() => undefined);
  return last.map((what) => ({ kind: 'not drained', what }));
}
