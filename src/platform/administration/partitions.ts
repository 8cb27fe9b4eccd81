import pg from 'pg';
import { decodeTime, encodeTime } from 'ulid';
import type { Declaration } from '../ownership/declaration.js';
import { inTransaction } from './provision.js';
import { rolesOf } from './roles.js';

const MONTHS_AHEAD = 3;
const id = pg.escapeIdentifier;

/** The smallest event id of a moment: ids sort by the time in them. */
export const lowestEventId = (at: Date): string => `evt_${encodeTime(at.getTime(), 10)}${'0'.repeat(16)}`;

/** The first moment of the month that many months later, in UTC. */
export const monthOf = (time: Date, later = 0): Date =>
  new Date(Date.UTC(time.getUTCFullYear(), time.getUTCMonth() + later, 1));

/** The table of a schema that is partitioned by event id. */
export const partitionedTableOf = ({ module }: Declaration): string =>
  module === 'platform' ? 'outbox_event' : 'inbox_event';

/** The part of a log or of an inbox that a month's events are in. */
export interface MonthPartition {
  name: string;
  /** The first event id of it, and the first after it. */
  from: string;
  to: string;
}

const partitionOf = (declaration: Declaration, month: Date): MonthPartition => ({
  name: `${partitionedTableOf(declaration)}_${month.toISOString().slice(0, 7).replace('-', '_')}`,
  from: lowestEventId(month),
  to: lowestEventId(monthOf(month, 1)),
});

/**
 * SQL that makes a partition. It is made apart and then attached, which lets others read and write the parent
 * meanwhile; made in its place it would lock them out.
 */
export function makePartition(declaration: Declaration, { name, from, to }: MonthPartition): string {
  const schema = id(declaration.database.schema);
  const parent = `${schema}.${id(partitionedTableOf(declaration))}`;
  const partition = `${schema}.${id(name)}`;
  return `CREATE TABLE ${partition} (LIKE ${parent} INCLUDING DEFAULTS INCLUDING CONSTRAINTS);
    ALTER TABLE ${partition} OWNER TO ${id(rolesOf(declaration).owner)};
    ALTER TABLE ${parent} ATTACH PARTITION ${partition}
      FOR VALUES FROM (${pg.escapeLiteral(from)}) TO (${pg.escapeLiteral(to)})`;
}

/**
 * Makes this month's partition and the next ones of the log and of every inbox, so that old events can be dropped
 * instead of deleted, and takes what fell into a default partition to partitions of its own months.
 * Times are the machine's, as the ids are.
 */
export async function ensurePartitions(
  admin: pg.Client,
  declarations: readonly Declaration[],
  today: Date,
): Promise<void> {
  for (const declaration of await withFullDefault(admin, declarations)) await emptyDefault(admin, declaration);
  const months = Array.from({ length: MONTHS_AHEAD + 1 }, (_, ahead) => monthOf(today, ahead));
  const wanted = declarations.flatMap((declaration) =>
    months.map((month) => ({ declaration, partition: partitionOf(declaration, month) })),
  );
  const names = wanted.map(({ declaration, partition }) => `${declaration.database.schema}.${partition.name}`);
  const { rows } = await admin.query<{ name: string }>(
    'SELECT name FROM unnest($1::text[]) AS name WHERE to_regclass(name) IS NULL',
    [names],
  );
  const missing = new Set(rows.map(({ name }) => name));
  for (const [index, { declaration, partition }] of wanted.entries())
    if (missing.has(names[index] ?? '')) await inTransaction(admin, [makePartition(declaration, partition)]);
}

const defaultOf = (declaration: Declaration): string =>
  `${id(declaration.database.schema)}.${id(`${partitionedTableOf(declaration)}_rest`)}`;

/** Those whose default partition holds events, because nobody made their month's partition in time. */
export async function withFullDefault(admin: pg.Client, declarations: readonly Declaration[]): Promise<Declaration[]> {
  const each = declarations.map((declaration) => `EXISTS (SELECT FROM ${defaultOf(declaration)})`);
  const { rows } = await admin.query<{ full: boolean[] }>(`SELECT ARRAY[${each.join(', ')}] AS full`);
  return declarations.filter((_, index) => rows[0]?.full[index]);
}

/**
 * Puts a new default partition in the place of the full one, and its events where they belong: each is written once
 * and none deleted, the old one is dropped. Writers wait meanwhile, for some seconds a million events.
 */
async function emptyDefault(admin: pg.Client, declaration: Declaration): Promise<void> {
  const months = await monthsInDefault(admin, declaration);
  if (months.length === 0) return;
  const schema = id(declaration.database.schema);
  const table = partitionedTableOf(declaration);
  const [parent, old] = [`${schema}.${id(table)}`, `${schema}.${id(`${table}_rest_old`)}`];
  await inTransaction(admin, [
    `ALTER TABLE ${parent} DETACH PARTITION ${defaultOf(declaration)}`,
    `ALTER TABLE ${defaultOf(declaration)} RENAME TO ${id(`${table}_rest_old`)}`,
    `CREATE TABLE ${defaultOf(declaration)} PARTITION OF ${parent} DEFAULT`,
    `ALTER TABLE ${defaultOf(declaration)} OWNER TO ${id(rolesOf(declaration).owner)}`,
    ...months.map((month) => makePartition(declaration, partitionOf(declaration, month))),
    `INSERT INTO ${parent} SELECT * FROM ${old}`,
    `DROP TABLE ${old}`,
  ]);
}

/** From month to month by the index. An id that we did not make ends it: what follows stays where it is. */
async function monthsInDefault(admin: pg.Client, declaration: Declaration): Promise<Date[]> {
  const column = declaration.module === 'platform' ? 'id' : 'event_id';
  const months: Date[] = [];
  for (let from = ''; ;) {
    const { rows } = await admin.query<{ id: string | null }>(
      `SELECT min(${column}) AS id FROM ${defaultOf(declaration)} WHERE ${column} >= $1`,
      [from],
    );
    const first = rows[0]?.id ?? '';
    if (!/^evt_0[0-9A-HJKMNP-TV-Z]{25}$/.test(first)) return months;
    const month = monthOf(new Date(decodeTime(first.slice('evt_'.length))));
    months.push(month);
    from = lowestEventId(monthOf(month, 1));
  }
}
