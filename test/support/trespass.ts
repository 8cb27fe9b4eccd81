import pg from 'pg';
import { SLOTS, slotsOf, slotTable } from '../../src/platform/ownership/slots.js';
import {
  appendOnlyTablesOf,
  PLATFORM_TABLES,
  relationsOf,
  slottedTablesOf,
  tablesOf,
  type Declaration,
} from '../../src/platform/ownership/declaration.js';
import { asServerAdministrator, type TestDatabase } from './database.js';

const NOT_PERMITTED = '42501';
/** What no right could bring about: a view is not emptied. */
const NOT_POSSIBLE = '42809';

/** A connection as one of the modules, which the caller ends. */
export async function connectAs({ connections }: TestDatabase, module: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: connections.get(module) });
  await client.connect();
  return client;
}

/** Whether the database refuses the statement for want of a right, or whatever the rights; any other outcome means that it was allowed. */
export async function isRefused(client: pg.Client, statement: string): Promise<boolean> {
  try {
    await client.query(statement);
    return false;
  } catch (error) {
    return [NOT_PERMITTED, NOT_POSSIBLE].includes((error as { code?: string }).code ?? '');
  }
}

const attemptsAt = (table: string, column: string): Record<string, string> => ({
  SELECT: `SELECT 1 FROM ${table} LIMIT 1`,
  INSERT: `INSERT INTO ${table} DEFAULT VALUES`,
  UPDATE: `UPDATE ${table} SET ${column} = NULL WHERE false`,
  DELETE: `DELETE FROM ${table} WHERE false`,
  TRUNCATE: `TRUNCATE ${table}`,
});

export const allTablesOf = (declaration: Declaration): string[] =>
  (declaration.module === 'platform'
    ? [...tablesOf(declaration), 'schema_migration']
    : [...relationsOf(declaration), ...PLATFORM_TABLES]
  ).map((table) => `${declaration.database.schema}.${table}`);

/** What each module can do to the tables of each owner, by trying: `party: SELECT case_registry.case_header`. */
export async function whatWorks(
  database: TestDatabase,
  actors: readonly Declaration[],
  tables: (actor: Declaration) => readonly string[],
): Promise<{ works: string[]; tried: number }> {
  const columns = await firstColumns(database);
  const works: string[] = [];
  let tried = 0;
  for (const actor of actors) {
    const client = await connectAs(database, actor.module);
    try {
      for (const table of tables(actor))
        for (const [right, statement] of Object.entries(attemptsAt(table, columns.get(table) ?? 'missing'))) {
          tried += 1;
          if (!(await isRefused(client, statement))) works.push(`${actor.module}: ${right} ${table}`);
        }
    } finally {
      await client.end();
    }
  }
  return { works, tried };
}

/** What a module must be able to do to its own tables. */
export function rightsOf(declaration: Declaration): string[] {
  const appendOnly = new Set(appendOnlyTablesOf(declaration));
  const slotted = slottedTablesOf(declaration);
  const read = new Set(slotted.flatMap((table) => [table, slotsOf(table)]));
  const filled = new Set(slotted.flatMap((table) => SLOTS.map((slot) => slotTable(table, slot))));
  const rights = (table: string): string[] => {
    if (table === 'schema_migration' || read.has(table)) return ['SELECT'];
    if (filled.has(table)) return ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE'];
    return appendOnly.has(table) ? ['SELECT', 'INSERT'] : ['SELECT', 'INSERT', 'UPDATE', 'DELETE'];
  };
  const { module, database } = declaration;
  return [...relationsOf(declaration), ...PLATFORM_TABLES].flatMap((table) =>
    rights(table).map((right) => `${module}: ${right} ${database.schema}.${table}`),
  );
}

const firstColumns = async ({ url }: TestDatabase): Promise<Map<string, string>> => {
  const { rows } = await asServerAdministrator(
    (admin) =>
      admin.query<{ table: string; column: string }>(
        `SELECT table_schema || '.' || table_name AS table, column_name AS column
         FROM information_schema.columns WHERE ordinal_position = 1`,
      ),
    url,
  );
  return new Map(rows.map(({ table, column }) => [table, column]));
};
