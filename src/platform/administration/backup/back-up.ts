import { join } from 'node:path';
import pg from 'pg';
import type { Attestation, Testimony } from '../attestation.js';
import type { Declaration } from '../../ownership/declaration.js';
import { applicationVersion } from '../../base/version.js';
import { LogRanks } from '../log-ranks.js';
import { NewerSchemaError, status } from '../migrate.js';
import { asAdministrator, presentConnections } from '../prepare-database.js';
import { isUnfinishedRestore } from '../restore-mark.js';
import { clusterState } from '../settle-cluster.js';
import { attestAll } from './attest.js';
import { writeFolder, writeWhole } from './backup-folder.js';
import { partitionsIn, qualified, sequencesIn, tablesIn, type Table } from './catalog.js';
import { copyOut, SAME_TEXT } from './copy-table.js';
import { fileOf, MANIFEST, manifestText, type Manifest } from './manifest.js';

export interface BackupOptions {
  /** An administrator's connection. */
  url: string;
  declarations: readonly Declaration[];
  attestations: ReadonlyMap<string, Attestation>;
  /** A new folder. */
  to: string;
}

/** What is stored of the log and of the offsets means nothing outside this cluster, so it is written in ranks. */
const valuesOf = ({ name }: Table, ranks: LogRanks): Record<string, string> => {
  if (name === 'outbox_event') return { txid: ranks.ofEvent };
  if (name !== 'consumer_offset') return {};
  return {
    snapshot: ranks.ofSnapshot('snapshot'),
    until_snapshot: ranks.ofSnapshot('until_snapshot'),
    holder: 'NULL',
    lease_until: 'NULL',
  };
};

/**
 * Writes all of our schemas, as one snapshot sees them, to a new folder. The application may go on writing meanwhile.
 * @returns the folder, by its whole path, and what it holds
 * @throws Error in one line when the database is not one of ours or newer than this code, or the folder is there already
 */
export async function backUp(options: BackupOptions): Promise<{ folder: string; manifest: Manifest }> {
  const { url, declarations, attestations, to } = options;
  let text = '';
  const connections = await presentConnections(url, declarations);
  const folder = await writeFolder(to, (into) =>
    inSnapshot(url, declarations, async (client) => {
      const ranks = await LogRanks.read(client, declarations);
      const tables: Manifest['tables'] = [];
      for (const table of await tablesIn(client, declarations))
        tables.push({ ...table, ...(await copyOut(client, table, join(into, fileOf(table)), valuesOf(table, ranks))) });
      const { rows } = await client.query<{ version: string; snapshot: string }>(
        `SELECT current_setting('server_version') AS version, pg_export_snapshot() AS snapshot`,
      );
      const [row] = rows;
      const testimonies: Record<string, Testimony> = await attestAll(attestations, connections, row?.snapshot);
      const schemas = await status(client, declarations);
      text = manifestText({
        application: applicationVersion(),
        takenAt: new Date().toISOString(),
        cluster: { systemIdentifier: (await clusterState(client)).present, serverVersion: row?.version ?? '' },
        migrations: Object.fromEntries(schemas.map(({ schema, executed }) => [schema, executed])),
        tables,
        partitions: await partitionsIn(client, declarations),
        sequences: await sequencesIn(client, declarations),
        attestations: testimonies,
      });
      await writeWhole(join(into, MANIFEST), text);
    }),
  );
  return { folder, manifest: JSON.parse(text) as Manifest };
}

/**
 * Runs work in one snapshot of everything. Like any start it waits for migrations to end; afterwards its locks on the
 * tables keep them as they are, without keeping anybody from reading or writing.
 */
function inSnapshot(
  url: string,
  declarations: readonly Declaration[],
  work: (client: pg.Client) => Promise<void>,
): Promise<void> {
  return asAdministrator(url, async (client, unlock) => {
    const schemas = await status(client, declarations);
    const newer = schemas.find(({ unknown }) => unknown.length > 0);
    if (newer) throw new NewerSchemaError(newer);
    if (schemas.every(({ executed }) => executed.length === 0)) throw new Error('There is nothing to back up here.');
    if (await isUnfinishedRestore(client)) throw new Error('A restore was not finished here: restore again first.');
    const tables = await tablesIn(client, declarations);
    await client.query(`BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;${SAME_TEXT}`);
    // Before the first query, which fixes the snapshot: what was emptied in between would be empty for it too.
    await client.query(`LOCK TABLE ${tables.map(qualified).join(', ')} IN ACCESS SHARE MODE`);
    await unlock();
    await work(client);
    await client.query('COMMIT');
  });
}
