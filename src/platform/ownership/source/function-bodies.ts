import { parsePlPgSQLSync, parseSync } from 'libpg-query';
import { dynamicTextsIn } from './dynamic-sql.js';
import type { Parsed } from './read-sql.js';
import { isNode, listUnder, nodesNamed, textUnder, under } from './tree.js';

interface Bodies {
  trees: unknown[];
  schemas: string[];
  dynamic: string[];
  unreadable: string[];
}

/** A statement that holds a body as text, which PostgreSQL's grammar does not look into. */
interface Body {
  language: string;
  /** Of a function in SQL. */
  source: string;
  /** The statement that the body stands in. */
  statement: string;
}

const optionOf = (statement: unknown, list: string, name: string): unknown =>
  under(
    listUnder(statement, list).find((each) => textUnder(each, 'DefElem', 'defname') === name),
    'DefElem',
  ).arg;

/** Bodies as text, statement by statement: `RETURN …` and `BEGIN ATOMIC` are none, for the grammar reads them itself. */
const bodiesAsText = ({ text, tree }: Parsed): Body[] => {
  const bytes = Buffer.from(text);
  return listUnder(tree, 'stmts').flatMap((each): Body[] => {
    const from = Number(under(each).stmt_location ?? 0);
    const length = Number(under(each).stmt_len ?? bytes.length - from);
    const statement = bytes.subarray(from, from + length).toString();
    const made = under(each, 'stmt', 'CreateFunctionStmt');
    const done = under(each, 'stmt', 'DoStmt');
    if (Object.keys(done).length > 0) {
      const language = textUnder(optionOf(done, 'args', 'language'), 'String', 'sval') ?? 'plpgsql';
      return [{ language, source: '', statement }];
    }
    if (Object.keys(made).length === 0 || isNode(made.sql_body)) return [];
    const language = textUnder(optionOf(made, 'options', 'language'), 'String', 'sval') ?? 'sql';
    const [source] = listUnder(optionOf(made, 'options', 'as'), 'List', 'items');
    return [{ language, source: textUnder(source, 'String', 'sval') ?? '', statement }];
  });
};

/** An expression of PL/pgSQL as a statement; mode 0 is one already, above 2 it is what is assigned. */
const asStatement = (expression: unknown): string => {
  const query = textUnder(expression, 'query') ?? '';
  const mode = isNode(expression) ? Number(expression.parseMode ?? 0) : 0;
  if (mode === 0) return query;
  return `SELECT ${mode > 2 ? query.slice(query.indexOf(':=') + 2) : query}`;
};

/** What the bodies of functions and of DO in this SQL hold; PostgreSQL's grammar leaves them as text. */
export const bodiesIn = (parsed: Parsed): Bodies => {
  const bodies: Bodies = { trees: [], schemas: [], dynamic: [], unreadable: [] };
  const orComplain = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      bodies.unreadable.push(String(error));
    }
  };
  const read = (sql: string): void => {
    orComplain(() => {
      if (sql.trim() !== '') bodies.trees.push(parseSync(sql));
    });
  };
  const readProcedure = (statement: string): void => {
    const functions: unknown = parsePlPgSQLSync(statement);
    for (const expression of nodesNamed(functions, 'PLpgSQL_expr')) read(asStatement(expression));
    for (const type of nodesNamed(functions, 'PLpgSQL_type')) {
      const [schema, name] = (textUnder(type, 'typname') ?? '').split('.');
      if (schema !== undefined && name !== undefined) bodies.schemas.push(schema);
    }
    const { statements, dynamic, schemas, unreadable } = dynamicTextsIn(functions);
    statements.forEach(read);
    bodies.dynamic.push(...dynamic);
    bodies.schemas.push(...schemas);
    bodies.unreadable.push(...unreadable);
  };
  for (const { language, source, statement } of bodiesAsText(parsed)) {
    if (language.toLowerCase() === 'sql') read(source);
    // The parser of PL/pgSQL takes nothing else, and ends the process of its own for a function without such a text.
    else if (language.toLowerCase() === 'plpgsql') orComplain(() => readProcedure(statement));
    else bodies.unreadable.push(`nobody here reads ${language}`);
  }
  return bodies;
};
