import type { ReadStatement } from './check-source.js';
import { EVERY_MODULE } from './check-source.js';
import type { Declaration } from './declaration.js';
import { PLATFORM_TABLES, relationsOf, tablesOf } from './declaration.js';
import { UNKNOWN } from './source/read-sql.js';
import type { Violation } from './violation.js';
import { fileOf, migrationFolderOf } from './where.js';

/** Whether a name in a migration, part of which may be known at run time only, can be this table's. */
const canBe = (created: string, table: string): boolean =>
  created === table || new RegExp(`^${created.replaceAll(UNKNOWN, '\\w+')}$`).test(table);

const undeclared = (statement: ReadStatement, allowed: readonly string[], whose: string): Violation[] =>
  [...statement.facts.created, ...statement.facts.altered]
    .filter(({ name }) => !allowed.some((table) => canBe(name, table)))
    .map(({ name }) => ({
      rule: 'undeclared-table',
      where: statement.where,
      why: `makes or alters ${name}, which ${whose}`,
      mend: 'Put it under the aggregate or projection that owns it.',
    }));

/** Tables that the migrations of a schema drop and do not make again. */
const goneTables = (read: readonly ReadStatement[]): Set<string> => {
  const gone = new Set<string>();
  for (const { facts } of read) {
    for (const { name } of facts.dropped) gone.add(name);
    for (const { name } of facts.created) gone.delete(name);
  }
  return gone;
};

/** Declared tables and migrated tables are the same, schema by schema. */
export const checkMigrations = (
  statements: readonly ReadStatement[],
  declarations: readonly Declaration[],
): Violation[] => {
  const migrations = (folder: string): ReadStatement[] =>
    statements.filter(({ file }) => file.area === 'migration' && file.folder === folder);
  const platform = migrations(EVERY_MODULE).flatMap((statement) =>
    undeclared(statement, PLATFORM_TABLES, 'is not one of the tables that the platform keeps in every schema'),
  );
  const own = declarations.flatMap((declaration): Violation[] => {
    const folder = migrationFolderOf(declaration);
    const read = migrations(folder);
    const tables = tablesOf(declaration);
    const created = read.flatMap(({ facts }) => facts.created);
    const gone = goneTables(read);
    return [
      // What an earlier migration made and a later one dropped is nobody's any more.
      ...read.flatMap((statement) =>
        undeclared(statement, [...relationsOf(declaration), ...gone], `${declaration.module} does not declare`),
      ),
      ...tables
        .filter((table) => gone.has(table) || !created.some(({ name }) => canBe(name, table)))
        .map((table): Violation => ({
          rule: 'table-without-migration',
          where: fileOf(declaration),
          why: `declares the table ${table}, which ${gone.has(table) ? 'a migration drops' : 'no migration creates'}`,
          mend: `Create it in migrations/${folder}, or remove it from the declaration.`,
        })),
    ];
  });
  return [...platform, ...own];
};
