import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import pg from 'pg';
import { DataSource, type MigrationInterface } from 'typeorm';
import type { Declaration } from '../ownership/declaration.js';
import { ensurePartitions } from './partitions.js';

type Migration = new () => MigrationInterface;

const MIGRATIONS = join(dirname(fileURLToPath(import.meta.url)), '../../../migrations');
export const MIGRATION_TABLE = 'schema_migration';

/** What one schema has run and has still to run. */
export interface SchemaStatus {
  module: string;
  schema: string;
  executed: string[];
  pending: string[];
  /** Run by newer code than this. */
  unknown: string[];
}

/** The database was migrated by newer code. Old code on a newer schema would write what it does not understand. */
export class NewerSchemaError extends Error {
  constructor({ schema, unknown }: SchemaStatus) {
    super(
      `The schema ${schema} was migrated by a newer version (${unknown.join(', ')}). Start that version or a newer one.`,
    );
  }
}

/** Migrations of a module in order: the platform's tables first, then its own. */
export async function migrationsOf(declaration: Declaration, root = MIGRATIONS): Promise<Migration[]> {
  const folders = declaration.module === 'platform' ? ['bus'] : ['every-module', declaration.module];
  const found: Migration[] = [];
  for (const folder of folders.map((each) => join(root, each)).filter(existsSync)) {
    for (const file of readdirSync(folder)
      .filter((each) => /^\d{4}-[\w-]+\.[jt]s$/.test(each))
      .sort()) {
      const exported = (await import(pathToFileURL(join(folder, file)).href)) as Record<string, unknown>;
      found.push(...Object.values(exported).filter((each): each is Migration => typeof each === 'function'));
    }
  }
  return found;
}

/** Reads what each schema has run; a database that was never migrated has run nothing. */
export async function status(connection: pg.ClientBase, declarations: readonly Declaration[]): Promise<SchemaStatus[]> {
  const all: SchemaStatus[] = [];
  for (const declaration of declarations) {
    const { schema } = declaration.database;
    const known = (await migrationsOf(declaration)).map((migration) => migration.name);
    const table = `${pg.escapeIdentifier(schema)}.${MIGRATION_TABLE}`;
    const { rows } = await connection.query<{ there: boolean }>('SELECT to_regclass($1) IS NOT NULL AS there', [table]);
    const executed = rows[0]?.there
      ? (await connection.query<{ name: string }>(`SELECT name FROM ${table} ORDER BY id`)).rows.map(({ name }) => name)
      : [];
    all.push({
      module: declaration.module,
      schema,
      executed,
      pending: known.filter((each) => !executed.includes(each)),
      unknown: executed.filter((each) => !known.includes(each)),
    });
  }
  return all;
}

/**
 * Brings every schema up to this code, each as its own migration role. The caller holds the migration lock.
 * @param only migrations by schema, for a schema as it was when they were all that had run
 * @returns whether anything was run.
 * @throws NewerSchemaError before anything is run, when a schema is newer than this code.
 */
export async function migrate(
  admin: pg.Client,
  declarations: readonly Declaration[],
  migratorUrl: (declaration: Declaration) => string,
  only?: Readonly<Record<string, readonly string[]>>,
): Promise<boolean> {
  const statuses = await status(admin, declarations);
  const newer = statuses.find(({ unknown }) => unknown.length > 0);
  if (newer) throw new NewerSchemaError(newer);
  const behind = declarations.filter((_, index) => (statuses[index]?.pending.length ?? 0) > 0);
  for (const declaration of behind) {
    const source = new DataSource({
      type: 'postgres',
      url: migratorUrl(declaration),
      schema: declaration.database.schema,
      migrations: (await migrationsOf(declaration)).filter(
        ({ name }) => !only || only[declaration.database.schema]?.includes(name),
      ),
      migrationsTableName: MIGRATION_TABLE,
      migrationsTransactionMode: 'all',
      installExtensions: false,
      poolSize: 1,
    });
    await source.initialize();
    try {
      await source.runMigrations();
    } finally {
      await source.destroy();
    }
  }
  if (!only) await ensurePartitions(admin, declarations, new Date());
  return behind.length > 0;
}
