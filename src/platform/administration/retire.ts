import pg from 'pg';
import { writeArchive, type Written } from './write-archive.js';
import type { Declaration } from '../ownership/declaration.js';
import { partitionsIn, qualified, type Partition } from './backup/catalog.js';
import { ensurePartitions, lowestEventId, monthOf } from './partitions.js';

/** What is true of a partition that lies wholly before a moment. */
export interface Retirement extends Partition {
  /** Why it must stay, if it must. */
  obstacle: string | undefined;
}

/** The partitions of the log and of the inboxes that end before a moment, oldest first, and what keeps each. */
export async function retirements(
  admin: pg.ClientBase,
  declarations: readonly Declaration[],
  before: Date,
): Promise<Retirement[]> {
  const end = lowestEventId(before);
  const found: Retirement[] = [];
  for (const partition of (await partitionsIn(admin, declarations)).filter(({ to }) => to <= end))
    found.push({ ...partition, obstacle: await obstacleOf(admin, declarations, partition) });
  return found.sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
}

/**
 * Drops whole partitions that every consumer is past; never deletes a row. What is still to be handled stays.
 * @param before the beginning of this month at the latest: what is being written cannot be retired
 * @param archive the folder to which the events of each partition of the log are written before it is dropped
 * @returns each partition before that moment; those with an obstacle are still there
 * @throws Error in one line when the moment is too late, the folder cannot be used, or somebody holds a table for
 * longer than two seconds
 */
export async function retire(
  admin: pg.Client,
  declarations: readonly Declaration[],
  before: Date,
  archive: string,
): Promise<Retirement[]> {
  if (before > monthOf(new Date())) throw new Error('Only months that have ended can be retired.');
  await admin.query(`SET lock_timeout = '2s'`);
  // What fell into a default partition is retired like everything else.
  await ensurePartitions(admin, declarations, new Date());
  const found = await retirements(admin, declarations, before);
  for (const each of found.filter(({ obstacle }) => obstacle === undefined)) {
    const written = each.schema === 'bus' ? await writeArchive(admin, each, archive) : undefined;
    each.obstacle = await drop(admin, declarations, each, written);
  }
  return found;
}

/**
 * Drops a partition, unless something keeps it.
 * @param written where its events are, for one of the log; noted in the same transaction
 * @returns what keeps it
 */
export async function drop(
  admin: pg.Client,
  declarations: readonly Declaration[],
  partition: Partition,
  written?: Written,
): Promise<string | undefined> {
  // To walk all of a partition for one event takes a second for a million of them, in which nobody can write.
  await admin.query('BEGIN; SET LOCAL enable_seqscan = off');
  try {
    // Nobody can add to it now; what was true before may not be so any more.
    await admin.query(`LOCK TABLE ${qualified({ ...partition, name: partition.parent })} IN ACCESS EXCLUSIVE MODE`);
    const changed = written && (await hasMore(admin, partition, written.snapshot));
    const obstacle = changed ? 'it changed while it was archived' : await obstacleOf(admin, declarations, partition);
    if (obstacle === undefined) {
      await admin.query(`DROP TABLE ${qualified(partition)}`);
      if (written?.archive) await note(admin, partition, written.archive);
    }
    await admin.query('COMMIT');
    return obstacle;
  } catch (error) {
    await admin.query('ROLLBACK');
    throw error;
  }
}

/** Whether a partition holds what the snapshot does not see. Nothing in it is ever changed or deleted. */
async function hasMore(admin: pg.Client, partition: Partition, snapshot: string): Promise<boolean> {
  const { rowCount } = await admin.query(
    `SELECT FROM ${qualified(partition)} WHERE txid >= pg_snapshot_xmax($1::pg_snapshot)
       OR txid = ANY (ARRAY(SELECT pg_snapshot_xip($1::pg_snapshot))) LIMIT 1`,
    [snapshot],
  );
  return rowCount === 1;
}

const note = (admin: pg.Client, { name }: Partition, archive: NonNullable<Written['archive']>): Promise<unknown> =>
  admin.query(
    `INSERT INTO bus.retired_partition (partition, first_position, last_position, format, file, sha256, bytes, events,
       checked_at, intact) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, now(), true)`,
    [name, archive.first, archive.last, archive.format, archive.file, archive.sha256, archive.bytes, archive.events],
  );

async function obstacleOf(
  admin: pg.ClientBase,
  declarations: readonly Declaration[],
  partition: Partition,
): Promise<string | undefined> {
  const isLog = partition.schema === 'bus';
  if (!isLog) {
    const { rowCount } = await admin.query(
      `SELECT FROM ${qualified(partition)} WHERE status IN ('PENDING', 'DEAD') LIMIT 1`,
    );
    if (rowCount) return 'it holds events that wait or are dead letters';
  }
  const youngest = await youngestIn(admin, partition);
  if (youngest === undefined) return undefined;
  for (const declaration of declarations) {
    const { module, database, projections, reactions } = declaration;
    if (module === 'platform' || (!isLog && database.schema !== partition.schema)) continue;
    for (const each of [...Object.keys(projections), ...Object.keys(reactions)]) {
      const behind = await isBehind(admin, declaration, `${module}.${each}`, partition, youngest);
      if (behind) return `${module}.${each} ${behind}`;
    }
    if (isLog && (await isBeingRebuilt(admin, declaration)))
      return `a projection of ${module} is being rebuilt, and reads the log from its beginning`;
  }
  return undefined;
}

async function isBeingRebuilt(admin: pg.ClientBase, { database: { schema } }: Declaration): Promise<boolean> {
  const { rowCount } = await admin.query(
    `SELECT FROM ${pg.escapeIdentifier(schema)}.projection_slot WHERE rebuild_job IS NOT NULL LIMIT 1`,
  );
  return rowCount === 1;
}

/** The last transaction that wrote an event of this time, found at the end of the index. */
async function youngestIn(admin: pg.ClientBase, { from, to }: Partition): Promise<string | undefined> {
  const { rows } = await admin.query<{ txid: string }>(
    'SELECT txid FROM bus.outbox_event e WHERE id >= $1 AND id < $2 ORDER BY e.txid DESC LIMIT 1',
    [from, to],
  );
  return rows[0]?.txid;
}

/**
 * Usually a consumer's snapshot is past the youngest transaction and nothing need be read. Otherwise by the index over
 * transaction ids: to ask each event whether it was seen would read them all.
 */
async function isBehind(
  admin: pg.ClientBase,
  { database: { schema } }: Declaration,
  consumer: string,
  { from, to }: Partition,
  youngest: string,
): Promise<string | undefined> {
  const { rows } = await admin.query<{ snapshot: string; past: boolean }>(
    `SELECT snapshot, $2::xid8 < pg_snapshot_xmin(snapshot::pg_snapshot) AS past
     FROM ${pg.escapeIdentifier(schema)}.consumer_offset WHERE consumer_name = $1`,
    [consumer, youngest],
  );
  if (!rows[0]) return 'has read nothing yet';
  if (rows[0].past) return undefined;
  const unseen = await admin.query(
    `SELECT FROM bus.outbox_event WHERE id >= $2 AND id < $3 AND (txid >= pg_snapshot_xmax($1::pg_snapshot)
       OR txid = ANY (ARRAY(SELECT pg_snapshot_xip($1::pg_snapshot)))) LIMIT 1`,
    [rows[0].snapshot, from, to],
  );
  return unseen.rowCount ? 'has not read all of it' : undefined;
}
