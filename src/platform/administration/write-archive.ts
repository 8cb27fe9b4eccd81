import { createHash } from 'node:crypto';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { writeWhole } from './backup/backup-folder.js';
import { qualified, type Partition } from './backup/catalog.js';
import { SAME_TEXT } from './backup/copy-table.js';
import { syncFolder } from './embedded/credentials-file.js';
import { clusterState } from './settle-cluster.js';
import { envelopeColumns } from '../messaging/envelope-columns.js';
import { applicationVersion } from '../base/version.js';
import { ArchiveError, checkArchive } from '../archive/archive-file.js';
import { FORMAT, type ArchiveFile } from '../archive/retired-partition.js';

/** A partition's events on disk, and what of them a snapshot saw. */
export interface Written {
  /** Nothing was written where there was nothing. */
  archive: (ArchiveFile & { first: string; last: string }) | undefined;
  snapshot: string;
}

interface Contents {
  snapshot: string;
  events: number;
  first: string;
  last: string;
}

/** Faster than the default by half, for a tenth more space. */
const LEVEL = 4;

/**
 * Writes the events of a partition of the log to a file of its own that outlasts a power failure, and beside it, for
 * people and other programs, what it is. Both get their names when all is written; what a crash leaves has none, and
 * what has one counts only when `bus.retired_partition` says so. The checksum is in the name: another file of the same
 * month never takes its place.
 * @throws ArchiveError in one line when the folder cannot be written to; nothing has its name then
 */
export async function writeArchive(admin: pg.Client, partition: Partition, folder: string): Promise<Written> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const begun = `${partition.name}.unfinished`;
    for (const left of await readdir(folder)) if (left.startsWith(begun)) await rm(join(folder, left));
    await admin.query(`BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;${SAME_TEXT}`);
    try {
      return await write(admin, partition, folder, begun);
    } finally {
      await admin.query('ROLLBACK');
    }
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (syscall === undefined) throw error;
    throw new ArchiveError(
      `REMIT_ARCHIVE_DIR: ${folder} cannot be used (${code}). Name a folder that this user may write to, with room in it.`,
    );
  }
}

async function write(admin: pg.Client, partition: Partition, folder: string, begun: string): Promise<Written> {
  const { rows } = await admin.query<Contents>(
    `SELECT pg_current_snapshot()::text AS snapshot, count(*)::int AS events, min(position)::text AS first,
       max(position)::text AS last FROM ${qualified(partition)}`,
  );
  const [contents] = rows;
  if (!contents) throw new Error(`${partition.name} gave no answer.`);
  const { snapshot, events, first, last } = contents;
  if (events === 0) return { archive: undefined, snapshot };
  const { sha256, bytes, columns } = await copyOut(admin, partition, join(folder, begun));
  const name = `${partition.name}-${sha256.slice(0, 16)}`;
  const archive = { format: FORMAT, file: `${name}.jsonl.gz`, sha256, bytes, events, first, last };
  const { present: cluster } = await clusterState(admin);
  const { from, to, name: of } = partition;
  const manifest = { ...archive, columns, partition: of, from, to, cluster, application: applicationVersion() };
  await writeWhole(join(folder, `${begun}.json`), `${JSON.stringify(manifest, null, 2)}\n`);
  await rename(join(folder, begun), join(folder, archive.file));
  await rename(join(folder, `${begun}.json`), join(folder, `${name}.json`));
  await syncFolder(folder);
  // Read back: what it stands for is about to be dropped.
  await checkArchive(folder, archive);
  return { archive, snapshot };
}

/**
 * As text between marks that JSON never holds, so that COPY escapes nothing and a line is the event. Memory does not
 * grow with the partition.
 */
async function copyOut(
  admin: pg.Client,
  partition: Partition,
  path: string,
): Promise<{ sha256: string; bytes: number; columns: string[] }> {
  const events = `SELECT ${envelopeColumns('e.position::text')} FROM ${qualified(partition)} e`;
  const { fields } = await admin.query(`${events} LIMIT 0`);
  const rows = admin.query(
    copyTo(`COPY (SELECT row_to_json(e) FROM (${events} ORDER BY e.position) e) TO STDOUT
      (FORMAT csv, DELIMITER E'\\x02', QUOTE E'\\x01')`),
  );
  const hash = createHash('sha256');
  let bytes = 0;
  const counting = new Transform({
    transform(chunk: Buffer, _, done) {
      hash.update(chunk);
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  const file = await open(path, 'wx', 0o600);
  await pipeline(rows, createGzip({ level: LEVEL }), counting, file.createWriteStream({ flush: true }));
  return { sha256: hash.digest('hex'), bytes, columns: fields.map(({ name }) => name) };
}
