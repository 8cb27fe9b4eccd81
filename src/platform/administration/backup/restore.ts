import { join } from 'node:path';
import pg from 'pg';
import type { Attestation } from '../attestation.js';
import type { Declaration } from '../../ownership/declaration.js';
import { grant } from '../grants.js';
import { makePartition } from '../partitions.js';
import { migrate, migrationsOf } from '../migrate.js';
import { asAdministrator, presentConnections, digestOf, secretOf } from '../prepare-database.js';
import { inTransaction, provisionRoles, provisionSchemas } from '../provision.js';
import { isUnfinishedRestore, RESTORING } from '../restore-mark.js';
import { connectionFor } from '../credentials.js';
import { rolesOf } from '../roles.js';
import { settleCluster } from '../settle-cluster.js';
import { attestAll } from './attest.js';
import { qualified, tablesIn } from './catalog.js';
import { copyIn, fingerprint, SAME_TEXT } from './copy-table.js';
import { fileOf, readManifest, type Manifest } from './manifest.js';

export interface RestoreOptions {
  /** An administrator's connection. */
  url: string;
  declarations: readonly Declaration[];
  attestations: ReadonlyMap<string, Attestation>;
  /** A backup's folder. */
  from: string;
}

/**
 * Checks a backup without touching any database: whole, undamaged, and nothing in it newer than this code.
 * @throws Error in one line
 */
export async function checkBackup(from: string, declarations: readonly Declaration[]): Promise<Manifest> {
  const manifest = await readManifest(from);
  for (const [schema, executed] of Object.entries(manifest.migrations)) {
    const declaration = declarations.find(({ database }) => database.schema === schema);
    const known = declaration ? (await migrationsOf(declaration)).map(({ name }) => name) : [];
    const newer = executed.filter((each) => !known.includes(each));
    if (newer.length > 0)
      throw new Error(
        `The backup was made by a newer version, ${manifest.application} (${schema}: ${newer.join(', ')}): restore it with that version or a newer one.`,
      );
  }
  return manifest;
}

/**
 * Restores a backup into a database without our schemas, and verifies it: every row, every sequence, and what the
 * modules attest. Until it is finished nothing starts on the database; one that was interrupted starts anew.
 * @throws Error in one line; when the backup or the place is not fit, nothing was changed
 */
export async function restore({ url, declarations, attestations, from }: RestoreOptions): Promise<Manifest> {
  const manifest = await checkBackup(from, declarations);
  await asAdministrator(url, async (admin) => {
    await makeRoom(admin, declarations);
    const credentials = await provisionRoles(admin, declarations, secretOf(url));
    const migrator = (declaration: Declaration): string => {
      const role = rolesOf(declaration).migrator;
      return connectionFor(url, role, credentials.passwordOf(role));
    };
    await provisionSchemas(admin, declarations, RESTORING);
    await migrate(admin, declarations, migrator, manifest.migrations);
    await fill(admin, declarations, manifest, from);
    await migrate(admin, declarations, migrator);
    await settleCluster(admin, declarations);
    await grant(admin, declarations, RESTORING);
    const connections = await presentConnections(url, declarations);
    compareAttestations(manifest, await attestAll(attestations, connections));
    await admin.query('ANALYZE');
    await admin.query(`COMMENT ON SCHEMA bus IS ${pg.escapeLiteral(await digestOf(declarations))}`);
  });
  return manifest;
}

/** @throws Error when something of ours is here already, unless an unfinished restore left it */
async function makeRoom(admin: pg.Client, declarations: readonly Declaration[]): Promise<void> {
  const { rows } = await admin.query<{ schema: string }>(
    'SELECT nspname AS schema FROM pg_namespace WHERE nspname = ANY ($1) ORDER BY 1',
    [declarations.map(({ database: { schema } }) => schema)],
  );
  if (rows.length === 0) return;
  const names = rows.map(({ schema }) => schema);
  if (!(await isUnfinishedRestore(admin)))
    throw new Error(`The database is not empty: it has ${names.join(', ')}. Restore into an empty one.`);
  await inTransaction(admin, [
    // The mark goes last: were it gone and the rest not, nobody would know where that comes from.
    ...[...names.filter((each) => each !== 'bus'), 'bus'].map((each) => `DROP SCHEMA ${pg.escapeIdentifier(each)} CASCADE`),
  ]); // prettier-ignore
}

/** All rows and sequences in one transaction, which ends only when they are known to be what was backed up. */
async function fill(
  admin: pg.Client,
  declarations: readonly Declaration[],
  manifest: Manifest,
  from: string,
): Promise<void> {
  const backedUp = new Map(manifest.tables.map((table) => [qualified(table), table]));
  await admin.query(`BEGIN;${SAME_TEXT}`);
  try {
    for (const partition of manifest.partitions) {
      const declaration = declarations.find(({ database: { schema } }) => schema === partition.schema);
      if (declaration) await admin.query(makePartition(declaration, partition));
    }
    const tables = (await tablesIn(admin, declarations)).filter((table) => backedUp.has(qualified(table)));
    if (tables.length !== backedUp.size) throw new Error('The backup has tables that its migrations do not make.');
    // Some migrations bring rows along.
    await admin.query(`TRUNCATE ${tables.map(qualified).join(', ')}`);
    for (const { schema, name } of tables) {
      const table = backedUp.get(qualified({ schema, name }));
      if (table) await copyIn(admin, table, join(from, fileOf(table)));
    }
    for (const { schema, name, value, called } of manifest.sequences)
      await admin.query('SELECT setval($1::regclass, $2, $3)', [qualified({ schema, name }), value, called]);
    for (const table of manifest.tables) {
      const { rows, sha256 } = await fingerprint(admin, table);
      if (rows !== table.rows || sha256 !== table.sha256)
        throw new Error(`${table.schema}.${table.name} is not what was backed up: it has ${rows} rows of ${table.rows}, or others.`); // prettier-ignore
    }
    await admin.query('COMMIT');
  } catch (error) {
    await admin.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

function compareAttestations({ attestations }: Manifest, present: Awaited<ReturnType<typeof attestAll>>): void {
  for (const [module, { found, intact }] of Object.entries(attestations)) {
    const now = present[module];
    if (now?.found !== found || now.intact !== intact)
      throw new Error(
        `${module} does not find what it found at the backup (${found}), but ${now?.found ?? 'nothing'}.`,
      );
  }
}
