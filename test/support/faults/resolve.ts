import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import type { Officer } from '../officer.js';
import type { Finding } from './findings.js';
import type { Command, Entry, Given, Ledger } from './ledger.js';
import { send } from './workload.js';

export interface Recorded {
  idempotency_key: string;
  status: number;
  body: string;
  etag: string | null;
  location: string | null;
  command_id: string;
}

const LANES = 8;
const ATTEMPTS = 20;
const AGAIN_MS = 250;

/** The first answers that owners keep, by idempotency key. */
export async function recordedOf(admin: pg.Client): Promise<Map<string, Recorded>> {
  const { rows } = await admin.query<Recorded>(
    `SELECT idempotency_key, status, body, etag, location, command_id FROM party.idempotency_record
     UNION ALL SELECT idempotency_key, status, body, etag, location, command_id FROM case_registry.idempotency_record`,
  );
  return new Map(rows.map((row) => [row.idempotency_key, row]));
}

/** Whether these are the bytes that were recorded. */
export const isSame = (given: Given, { status, body, etag, location }: Recorded): boolean =>
  given.status === status &&
  given.text === body &&
  given.etag === etag &&
  (location === null ? given.location === null : (given.location?.endsWith(location) ?? false));

/**
 * Repeats every command whose outcome nobody knows, with its key, until it has one. What was committed must give the
 * answer that nobody received, byte for byte.
 */
export async function resolveUnknown(admin: pg.Client, ledger: Ledger, officer: Officer): Promise<Finding[]> {
  const unknown = ledger.entries().filter(({ outcome }) => outcome === 'unknown');
  const before = await recordedOf(admin);
  const findings: Finding[] = [];
  const lane = async (): Promise<void> => {
    for (let entry = unknown.pop(); entry; entry = unknown.pop()) {
      const { command } = entry;
      const given = await outcomeOf(officer, command, ledger);
      const was = before.get(command.key);
      if (!given) findings.push({ kind: 'unresolved', what: nameOf(command) });
      else if (was && !isSame(given, was)) findings.push({ kind: 'changed answer', what: nameOf(command) });
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return findings;
}

async function outcomeOf(officer: Officer, command: Command, ledger: Ledger): Promise<Given | undefined> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const { outcome, given } = await send(officer, command);
    if (outcome !== 'unknown' && given) {
      ledger.resolved(command.key, outcome, given);
      return given;
    }
    await pause(AGAIN_MS);
  }
  return undefined;
}

export const nameOf = ({ kind, key }: Pick<Command, 'kind' | 'key'>): string => `${kind} ${key}`;

export const isCommitted = ({ outcome, given }: Entry): boolean => outcome === 'acknowledged' && given !== undefined;
