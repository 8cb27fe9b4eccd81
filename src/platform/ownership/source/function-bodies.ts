import { parsePlPgSQLSync, parseSync } from 'libpg-query';
import type { Parsed } from './read-sql.js';
import { isNode, listUnder, textUnder } from './tree.js';

interface Bodies {
  trees: unknown[];
  schemas: string[];
  dynamic: string[];
  unreadable: string[];
}

/** Every node of this kind in a tree, however deep. */
function* nodesNamed(value: unknown, kind: string): Generator {
  if (Array.isArray(value)) for (const each of value) yield* nodesNamed(each, kind);
  if (!isNode(value)) return;
  for (const [key, child] of Object.entries(value)) {
    if (key === kind) yield child;
    yield* nodesNamed(child, kind);
  }
}

/** Bodies of functions in SQL: a list with one text, after `AS`. */
const sqlBodies = (tree: unknown): string[] =>
  [...nodesNamed(tree, 'CreateFunctionStmt')].flatMap((statement) => {
    const option = (name: string): unknown =>
      listUnder(statement, 'options').find((each) => textUnder(each, 'DefElem', 'defname') === name);
    if (textUnder(option('language'), 'DefElem', 'arg', 'String', 'sval')?.toLowerCase() !== 'sql') return [];
    return textUnder(listUnder(option('as'), 'DefElem', 'arg', 'List', 'items')[0], 'String', 'sval') ?? [];
  });

/** An expression of PL/pgSQL as a statement; mode 0 is one already, above 2 it is what is assigned. */
const asStatement = (expression: unknown): string => {
  const query = textUnder(expression, 'query') ?? '';
  const mode = isNode(expression) ? Number(expression.parseMode ?? 0) : 0;
  if (mode === 0) return query;
  return `SELECT ${mode > 2 ? query.slice(query.indexOf(':=') + 2) : query}`;
};

/** What the bodies of functions and of DO in this SQL hold; PostgreSQL's grammar leaves them as text. */
export const bodiesIn = ({ text, tree }: Parsed): Bodies => {
  const bodies: Bodies = { trees: [], schemas: [], dynamic: [], unreadable: [] };
  const read = (sql: string): void => {
    try {
      if (sql.trim() !== '') bodies.trees.push(parseSync(sql));
    } catch (error) {
      bodies.unreadable.push(String(error));
    }
  };
  sqlBodies(tree).forEach(read);
  const procedural = ['CreateFunctionStmt', 'DoStmt'].some((kind) => !nodesNamed(tree, kind).next().done);
  if (!procedural) return bodies;
  try {
    const functions: unknown = parsePlPgSQLSync(text);
    for (const expression of nodesNamed(functions, 'PLpgSQL_expr')) read(asStatement(expression));
    for (const type of nodesNamed(functions, 'PLpgSQL_type')) {
      const [schema, name] = (textUnder(type, 'typname') ?? '').split('.');
      if (schema !== undefined && name !== undefined) bodies.schemas.push(schema);
    }
    for (const statement of nodesNamed(functions, 'PLpgSQL_stmt_dynexecute'))
      bodies.dynamic.push(...[...nodesNamed(statement, 'query')].filter((query) => typeof query === 'string'));
  } catch (error) {
    bodies.unreadable.push(String(error));
  }
  return bodies;
};
