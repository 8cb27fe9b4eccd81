import { loadModule } from 'libpg-query';
import type { Declaration } from './declaration.js';
import { checkCode } from './source/forbidden-code.js';
import { checkEntities } from './source/foreign-entities.js';
import { readFacts } from './source/read-facts.js';
import { readSql } from './source/read-sql.js';
import type { SourceFile } from './source/source-file.js';
import type { SqlFacts } from './source/sql-facts.js';
import { noFacts } from './source/sql-facts.js';
import type { SqlLiteral } from './source/sql-literals.js';
import { HOLE, sqlLiteralsOf } from './source/sql-literals.js';
import { checkSql, tablesInText } from './source/sql-rules.js';
import type { Violation } from './violation.js';
import { migrationFolderOf } from './where.js';

/** Migrations that run in every module's schema; they speak for no module. */
export const EVERY_MODULE = 'every-module';

/** One SQL text of one file, and what it touches. */
export interface ReadStatement {
  file: SourceFile;
  where: string;
  facts: SqlFacts;
}

export interface SourceCheck {
  violations: Violation[];
  statements: ReadStatement[];
}

const factsOf = ({ pieces, kind, certain, where }: SqlLiteral): SqlFacts | Violation | undefined => {
  if (kind === 'fragment') {
    const text = pieces.map((piece) => (piece === HOLE ? ' ' : piece)).join('');
    return { ...noFacts(), tables: tablesInText(text) };
  }
  const read = readSql(pieces);
  if (!('error' in read)) return readFacts(read);
  if (!certain) return undefined;
  return {
    rule: 'unreadable-sql',
    where,
    why: `cannot be read as SQL: ${read.error}`,
    mend: 'Write the statement whole, with parameters for values, so that it parses.',
  };
};

const declarationFor = ({ area, folder }: SourceFile, declarations: readonly Declaration[]): Declaration | undefined =>
  declarations.find((each) => folder === (area === 'migration' ? migrationFolderOf(each) : each.module));

/**
 * Checks code and the SQL in it against the declarations: what neither the type checker nor the dependency rules
 * can see. SQL is read in modules and migrations, with PostgreSQL's own grammar.
 */
export const checkSource = async (
  files: readonly SourceFile[],
  declarations: readonly Declaration[],
): Promise<SourceCheck> => {
  await loadModule();
  const violations: Violation[] = [];
  const statements: ReadStatement[] = [];
  for (const file of files) {
    violations.push(...checkCode(file));
    if (file.area !== 'module' && file.area !== 'migration') continue;
    const declaration = declarationFor(file, declarations);
    const speaker = { declaration, all: declarations, business: file.area === 'module' };
    if (declaration && speaker.business) violations.push(...checkEntities(file, declaration));
    for (const literal of sqlLiteralsOf(file)) {
      const facts = factsOf(literal);
      if (facts === undefined) continue;
      if ('rule' in facts) {
        violations.push(facts);
        continue;
      }
      violations.push(...checkSql(facts, speaker, literal.where, literal.maybeProse));
      if (literal.kind === 'statement') statements.push({ file, where: literal.where, facts });
    }
  }
  return { violations, statements };
};
