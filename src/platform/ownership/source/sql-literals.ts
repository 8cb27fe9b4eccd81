import ts from 'typescript';
import type { SourceFile } from './source-file.js';
import { nodesOf, placeIn } from './source-file.js';

/** Stands for whatever a template or a sum puts in at run time. */
export const HOLE = Symbol('hole');
export type Piece = string | typeof HOLE;

/** Text in a source file that looks like SQL. */
export interface SqlLiteral {
  pieces: Piece[];
  where: string;
  /** `statement` begins like one; `fragment` goes on after a statement's beginning and names a table. */
  kind: 'statement' | 'fragment';
  /** Nothing but SQL: it must parse. Otherwise it may be English, and only what parses is looked at. */
  certain: boolean;
  /** Neither upper nor certain: an English sentence may begin like this, and then parse. */
  maybeProse: boolean;
}

const STATEMENT = new RegExp(
  `^(${[
    'SELECT',
    'INSERT\\s+INTO',
    'UPDATE',
    'DELETE\\s+FROM',
    'MERGE\\s+INTO',
    'WITH',
    'VALUES\\s*\\(',
    '(CREATE|ALTER|DROP)\\s+[A-Z]+',
    '(GRANT|REVOKE)',
    'TRUNCATE',
    'LOCK',
    'COPY',
    'COMMENT\\s+ON',
    'REFRESH\\s+MATERIALIZED',
    '(RE)?SET\\s+(LOCAL\\s+|SESSION\\s+)?(ROLE|AUTHORIZATION|[a-z_.]+\\s*(=|TO\\b))',
    'RESET\\s+ROLE',
    "DO(?=\\s+(?:LANGUAGE\\s+\\w+\\s+)?[$'])",
    'CALL',
  ].join('|')})(\\s|$)`,
  'i',
);
const CLAUSE = /\s(FROM|INTO|SET|WHERE|VALUES|TABLE|INDEX|SCHEMA|ON|AS|TO|JOIN|RETURNING|ROLE)\b/;
const FRAGMENT = /\b(FROM|JOIN|INTO|UPDATE|REFERENCES)\s+("?[a-z_][a-z0-9_]*"?\s*\.)?\s*"?[a-z_][a-z0-9_]*/;
const COMMENTS = /^(\s+|--[^\n]*(\n|$)|\/\*[\s\S]*?\*\/)+/;
const SQL_NAME = /sql|query/i;
/** Calls whose text argument is SQL and nothing else. */
const SQL_CALLS = /^(query|statement|allocate|execute|sql|raw)$/i;

const isJoined = (node: ts.Node): node is ts.CallExpression =>
  ts.isCallExpression(node) &&
  ts.isPropertyAccessExpression(node.expression) &&
  node.expression.name.text === 'join' &&
  ts.isArrayLiteralExpression(node.expression.expression);

const isSum = (node: ts.Node): node is ts.BinaryExpression =>
  ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken;

const isText = (node: ts.Node): boolean => {
  if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node)) return isText(node.expression);
  if (isSum(node)) return isText(node.left) || isText(node.right);
  return ts.isStringLiteralLike(node) || ts.isTemplateExpression(node) || isJoined(node);
};

/** Texts that a file gives a name, so that `${COLUMNS}` reads as what it holds. */
const constantsOf = (ast: ts.SourceFile): Map<string, string> => {
  const declarations = [...nodesOf(ast)].filter(ts.isVariableDeclaration);
  return new Map(
    declarations.flatMap(({ name, initializer, parent }): [string, string][] => {
      const constant = ts.isVariableDeclarationList(parent) && (parent.flags & ts.NodeFlags.Const) !== 0;
      const literal = initializer && ts.isAsExpression(initializer) ? initializer.expression : initializer;
      const text = constant && literal && ts.isStringLiteralLike(literal);
      return text && ts.isIdentifier(name) ? [[name.text, literal.text]] : [];
    }),
  );
};

/** The text of an expression in pieces; expressions inside it that are not text themselves are added to `others`. */
const piecesOf = (node: ts.Node, constants: Map<string, string>, others: ts.Node[]): Piece[] => {
  const inner = (each: ts.Node): Piece[] => piecesOf(each, constants, others);
  if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node)) return inner(node.expression);
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isTemplateExpression(node))
    return [
      node.head.text,
      ...node.templateSpans.flatMap(({ expression, literal }) => [...inner(expression), literal.text]),
    ];
  if (isSum(node)) return [...inner(node.left), ...inner(node.right)];
  if (isJoined(node)) {
    const [separator] = node.arguments;
    const between = separator && ts.isStringLiteralLike(separator) ? separator.text : ',';
    const { elements } = (node.expression as ts.PropertyAccessExpression).expression as ts.ArrayLiteralExpression;
    return elements.flatMap((each, index) => [...(index > 0 ? [between] : []), ...inner(each)]);
  }
  const constant = ts.isIdentifier(node) ? constants.get(node.text) : undefined;
  if (constant !== undefined) return [constant];
  others.push(node);
  return [HOLE];
};

/** Whether the place where a text stands says that it is SQL. */
const isSqlPlace = (node: ts.Node): boolean => {
  const { parent } = node;
  if (ts.isTaggedTemplateExpression(parent)) return SQL_NAME.test(parent.tag.getText());
  if (ts.isCallExpression(parent) && parent.expression !== node) {
    const { expression } = parent;
    const name = ts.isPropertyAccessExpression(expression) ? expression.name.text : expression.getText();
    return SQL_CALLS.test(name);
  }
  if (ts.isVariableDeclaration(parent) || ts.isPropertyDeclaration(parent) || ts.isPropertyAssignment(parent)) {
    const name = parent.name.getText();
    // The `text` of a driver's statement, told from prose by the values beside it.
    const beside = ts.isPropertyAssignment(parent) ? parent.parent.properties.map((each) => each.name?.getText()) : [];
    return SQL_NAME.test(name) || (name === 'text' && beside.includes('values'));
  }
  return false;
};

/**
 * The SQL in a file. A text counts as a statement when it begins like one. It must parse if its place says so (an
 * argument of `query`, `statement` and the like, a template tagged `sql`, a constant or property named for SQL, the
 * `text` beside `values`), if it lies in a migration, or if it begins in capitals and goes on with another SQL word
 * in capitals. Any other text may be an English sentence: 'Select a party' is refused nothing but a foreign schema.
 */
export const sqlLiteralsOf = (file: SourceFile): SqlLiteral[] => {
  const constants = constantsOf(file.ast);
  const found: SqlLiteral[] = [];
  const read = (node: ts.Node): void => {
    const others: ts.Node[] = [];
    const pieces = piecesOf(node, constants, others);
    others.forEach(visit);
    const text = pieces
      .map((piece) => (piece === HOLE ? '' : piece))
      .join('')
      .replace(COMMENTS, '');
    const head = STATEMENT.exec(text)?.[1];
    const where = placeIn(file, node);
    if (head === undefined) {
      if (FRAGMENT.test(text)) found.push({ pieces, where, kind: 'fragment', certain: false, maybeProse: false });
      return;
    }
    const capitals = head === head.toUpperCase();
    const certain = file.area === 'migration' || isSqlPlace(node) || (capitals && CLAUSE.test(text));
    found.push({ pieces, where, kind: 'statement', certain, maybeProse: !certain && !capitals });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node) || ts.isLiteralTypeNode(node)) return;
    if (isText(node)) read(node);
    else ts.forEachChild(node, visit);
  };
  visit(file.ast);
  return found;
};
