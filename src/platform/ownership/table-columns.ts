import type { ReadStatement } from './check-source.js';
import type { Declaration } from './declaration.js';
import { readFacts } from './source/read-facts.js';
import { readSql } from './source/read-sql.js';
import type { SourceFile } from './source/source-file.js';
import { noFacts, type SqlFacts } from './source/sql-facts.js';
import { migrationFolderOf } from './where.js';

/** A projection's table has two slots and a view, which a migration alters by a function: here its text is SQL. */
const ALTERED_SLOTS = /\balterSlots\(\s*(['"`])[\w-]+\1,\s*(['"`])(\w+)\2,\s*(['"`])([\s\S]*?)\4\s*,?\s*\)/g;

/** The columns of a module's tables as its migrations leave them, by table, in the order of their names. */
export function tableColumns(
  declaration: Declaration,
  files: readonly SourceFile[],
  statements: readonly ReadStatement[],
): ReadonlyMap<string, readonly string[]> {
  const folder = migrationFolderOf(declaration);
  const tables = new Map<string, Set<string>>();
  const columnsOf = (name: string): Set<string> => {
    const columns = tables.get(name) ?? new Set<string>();
    tables.set(name, columns);
    return columns;
  };
  for (const file of files.filter((each) => each.area === 'migration' && each.folder === folder)) {
    const written = statements.filter((each) => each.file.path === file.path).map(({ facts }) => facts);
    for (const facts of [...written, ...slotChanges(file)]) {
      for (const { name } of facts.dropped) tables.delete(name);
      for (const { name, columns } of [...facts.created, ...facts.altered])
        for (const column of columns) columnsOf(name).add(column);
      for (const { name, columns } of facts.removed) for (const column of columns) columnsOf(name).delete(column);
    }
  }
  return new Map([...tables].map(([name, columns]) => [name, [...columns].sort()]));
}

const slotChanges = ({ ast }: SourceFile): SqlFacts[] =>
  [...ast.text.matchAll(ALTERED_SLOTS)].map(([, , , table = '', , change = '']) => {
    const read = readSql([`ALTER TABLE ${table} ${change}`]);
    return 'error' in read ? noFacts() : readFacts(read);
  });
