import type pg from 'pg';
import type { Finding } from './findings.js';
import type { Entry } from './ledger.js';
import { isCommitted, isSame, nameOf, recordedOf } from './resolve.js';

interface Logged {
  id: string;
  causation_id: string;
}

/** Tables in which each command of a kind leaves one row. */
const ROWS = [
  ['register party', 'party.party'],
  ['register case', 'case_registry.case_header'],
  ['link', 'case_registry.case_link'],
  ['note', 'case_registry.case_note'],
] as const;

/** What was acknowledged is there, once, with its answer; what was refused has left nothing. */
export async function checkCommands(admin: pg.Client, entries: readonly Entry[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  const recorded = await recordedOf(admin);
  const { rows: log } = await admin.query<Logged>('SELECT id, causation_id FROM bus.outbox_event');
  const causeOf = new Map(log.map(({ id, causation_id }) => [id, causation_id]));
  const committed = entries.filter(isCommitted);
  const commandIds = new Set<string>();
  for (const { command, given } of committed) {
    if (!given) continue;
    const { publishedEventId } = JSON.parse(given.text) as { publishedEventId: string };
    const commandId = causeOf.get(publishedEventId);
    const record = recorded.get(command.key);
    if (commandId) commandIds.add(commandId);
    if (!commandId || !record) findings.push({ kind: 'lost', what: nameOf(command) });
    else if (!isSame(given, record) || record.command_id !== commandId)
      findings.push({ kind: 'changed answer', what: nameOf(command) });
  }
  for (const { command } of entries.filter(({ outcome }) => outcome === 'failed'))
    if (recorded.has(command.key)) findings.push({ kind: 'changed answer', what: `${nameOf(command)} was refused` });
  return [
    ...findings,
    ...(await twice(admin, commandIds)),
    ...(await rowsOf(admin, committed)),
    ...(await auditOf(admin, commandIds)),
  ];
}

/** Commands of the ledger's officer in the log that the ledger knows nothing of. */
async function twice(admin: pg.Client, commandIds: ReadonlySet<string>): Promise<Finding[]> {
  const { rows } = await admin.query<{ id: string; action: string }>(
    `SELECT causation_id AS id, payload_json ->> 'action' AS action FROM bus.outbox_event
     WHERE event_type = 'AuditStaged' AND payload_json -> 'actor' ->> 'actorId' = 'intake_ines'`,
  );
  return rows
    .filter(({ id }) => !commandIds.has(id))
    .map(({ id, action }) => ({ kind: 'duplicate', what: `${action} of ${id}, whose key has another answer` }));
}

async function rowsOf(admin: pg.Client, committed: readonly Entry[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const [kind, table] of ROWS) {
    const expected = committed.filter(({ command }) => command.kind === kind).length;
    const { rows } = await admin.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`);
    const found = rows[0]?.n ?? 0;
    if (found !== expected)
      findings.push({ kind: found < expected ? 'lost' : 'duplicate', what: `${table}: ${found}, not ${expected}` });
  }
  return findings;
}

/** Each command has one audit record, and each audit event of anybody has become one. */
async function auditOf(admin: pg.Client, commandIds: ReadonlySet<string>): Promise<Finding[]> {
  const { rows: unequal } = await admin.query<{ id: string; n: number }>(
    `SELECT id, count(r.audit_id)::int AS n FROM unnest($1::text[]) AS c (id)
     LEFT JOIN audit.audit_record r ON r.source_command_id = c.id GROUP BY id HAVING count(r.audit_id) <> 1`,
    [[...commandIds]],
  );
  const { rows: gaps } = await admin.query<{ id: string; n: number }>(
    `SELECT e.id, count(r.audit_id)::int AS n FROM bus.outbox_event e
     LEFT JOIN audit.audit_record r ON r.event_id = e.id
     WHERE e.event_type = 'AuditStaged' GROUP BY e.id HAVING count(r.audit_id) <> 1`,
  );
  return [...unequal, ...gaps].map(({ id, n }) => ({ kind: 'audit', what: `${id} has ${n} records` }));
}
