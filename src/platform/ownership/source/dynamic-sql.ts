import { parseSync } from 'libpg-query';
import { UNKNOWN } from './read-sql.js';
import { listUnder, nodesNamed, textUnder } from './tree.js';

/**
 * The statements of PL/pgSQL that carry out text, and under which key: EXECUTE, FOR … IN EXECUTE, OPEN … FOR EXECUTE
 * and RETURN QUERY EXECUTE. The cursor of a FOR may only be bound to a query that is read as it stands.
 */
const DYNAMIC = {
  PLpgSQL_stmt_dynexecute: 'query',
  PLpgSQL_stmt_dynfors: 'query',
  PLpgSQL_stmt_open: 'dynquery',
  PLpgSQL_stmt_return_query: 'dynquery',
} as const;

/** `%I.` of format(): what stands in front of the point is known only at run time. */
const COMPUTED_SCHEMA = /%(\d+\$)?-?\d*[Is]"?\s*\./;

interface DynamicTexts {
  /** Constant texts, which are statements. */
  statements: string[];
  /** Expressions that are made of constant and other parts. */
  dynamic: string[];
  schemas: string[];
  unreadable: string[];
}

const constantsIn = (tree: unknown): string[] =>
  [...nodesNamed(tree, 'A_Const')].flatMap((constant) => textUnder(constant, 'sval', 'sval') ?? []);

/** Text that a body makes into SQL at run time, as far as it can be known before. */
export const dynamicTextsIn = (functions: unknown): DynamicTexts => {
  const found: DynamicTexts = { statements: [], dynamic: [], schemas: [], unreadable: [] };
  for (const [kind, key] of Object.entries(DYNAMIC))
    for (const statement of nodesNamed(functions, kind)) {
      const expression = textUnder(statement, key, 'PLpgSQL_expr', 'query');
      if (expression === undefined) continue;
      const tree: unknown = parseSync(`SELECT ${expression}`);
      const [select] = listUnder(tree, 'stmts');
      const [target] = listUnder(select, 'stmt', 'SelectStmt', 'targetList');
      const whole = textUnder(target, 'ResTarget', 'val', 'A_Const', 'sval', 'sval');
      const constants = constantsIn(tree);
      if (whole !== undefined) found.statements.push(whole);
      else if (constants.every((each) => each.trim() === ''))
        found.unreadable.push(
          `${expression} is known only at run time: write format() or a text with the statement in it`,
        );
      else found.dynamic.push(expression);
      if (constants.some((each) => COMPUTED_SCHEMA.test(each))) found.schemas.push(UNKNOWN);
    }
  return found;
};
