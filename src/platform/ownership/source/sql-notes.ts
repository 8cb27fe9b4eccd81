import type { SqlFacts, TableName } from './sql-facts.js';
import type { TreeNode } from './tree.js';
import { dottedName, listUnder, textUnder, under } from './tree.js';

const SESSION_SETTINGS = ['role', 'session_authorization', 'search_path'];
const CLOCK_FUNCTIONS = ['now', 'clock_timestamp', 'transaction_timestamp', 'statement_timestamp', 'timeofday'];
/** Functions and types that take the name of an object as text. */
const NAMES_AS_TEXT = /^(nextval|currval|setval|to_reg\w+|reg(class|proc|procedure|type|oper)|pg_\w+_size)$/;
/** Objects named after the table that they belong to. */
const ON_A_TABLE = /^OBJECT_(COLUMN|TRIGGER|POLICY|RULE|TABCONSTRAINT)$/;
const LASTING = 'p';

export const tableOf = (relation: TreeNode): TableName => {
  const schema = textUnder(relation, 'schemaname');
  return { ...(schema !== undefined && { schema }), name: textUnder(relation, 'relname') ?? '' };
};

const constantText = (value: unknown): string => textUnder(value, 'A_Const', 'sval', 'sval') ?? '';

/** The schema in front of a name, when `own` further parts belong to the name itself. */
const noteQualified = (facts: SqlFacts, parts: readonly string[], own: number): void => {
  const schema = parts.at(-own - 1);
  if (schema !== undefined) facts.schemas.push(schema);
};

const noteName = (facts: SqlFacts, child: unknown): void => {
  if (Array.isArray(child)) noteQualified(facts, dottedName(child), 1);
};

const noteNameAsText = (facts: SqlFacts, argument: unknown): void => {
  const [schema, name] = constantText(argument).replaceAll('"', '').split('.');
  if (schema !== undefined && name !== undefined) facts.schemas.push(schema);
};

const namedTable = (parts: readonly string[]): TableName => {
  const [name = '', schema] = [...parts].reverse();
  return { ...(schema !== undefined && { schema }), name };
};

const noteObject = (facts: SqlFacts, object: unknown, type: string): void => {
  const parts = dottedName(listUnder(object, 'List', 'items'));
  if (type === 'OBJECT_SCHEMA') facts.schemas.push(...dottedName([object]));
  else if (ON_A_TABLE.test(type)) noteQualified(facts, parts, 2);
  else if (/TABLE|VIEW/.test(type) && parts.length > 0) facts.tables.push(namedTable(parts));
  else noteQualified(facts, parts, 1);
};

const noteTable = (list: SqlFacts['created'], relation: TreeNode, elements: readonly unknown[]): void => {
  const columns = elements.flatMap((element) => textUnder(element, 'ColumnDef', 'colname') ?? []);
  if (relation.relpersistence === LASTING) list.push({ ...tableOf(relation), columns });
};

/** What each kind of node in PostgreSQL's parse tree says about the SQL; nodes below it are visited by themselves. */
export const NOTES: Readonly<Record<string, (facts: SqlFacts, child: unknown) => void>> = {
  CommonTableExpr: (facts, child) => {
    facts.named.push(textUnder(child, 'ctename') ?? '');
  },
  CreateStmt: (facts, child) => {
    // A partition belongs to whoever owns the table that it is a part of, which is named beside it.
    if (Object.keys(under(child, 'partbound')).length > 0) return;
    noteTable(facts.created, under(child, 'relation'), listUnder(child, 'tableElts'));
  },
  CreateTableAsStmt: (facts, child) => {
    noteTable(facts.created, under(child, 'into', 'rel'), []);
  },
  AlterTableStmt: (facts, child) => {
    const added = listUnder(child, 'cmds').map((command) => under(command, 'AlterTableCmd').def);
    noteTable(facts.altered, under(child, 'relation'), added);
    const gone = listUnder(child, 'cmds').map((command) => under(command, 'AlterTableCmd'));
    const columns = gone.flatMap(({ subtype, name }) => (subtype === 'AT_DropColumn' ? [String(name)] : []));
    if (columns.length > 0) facts.removed.push({ ...tableOf(under(child, 'relation')), columns });
  },
  RenameStmt: (facts, child) => {
    const relname = textUnder(child, 'newname');
    if (textUnder(child, 'renameType') === 'OBJECT_TABLE')
      noteTable(facts.created, { ...under(child, 'relation'), relname }, []);
    if (textUnder(child, 'renameType') === 'OBJECT_COLUMN' && relname !== undefined) {
      const table = tableOf(under(child, 'relation'));
      facts.removed.push({ ...table, columns: [textUnder(child, 'subname') ?? ''] });
      facts.altered.push({ ...table, columns: [relname] });
    }
  },
  VariableSetStmt: (facts, child) => {
    const name = textUnder(child, 'name') ?? '';
    if (SESSION_SETTINGS.includes(name)) facts.settings.push(name);
  },
  FuncCall: (facts, child) => {
    const name = dottedName(listUnder(child, 'funcname')).at(-1) ?? '';
    const [first] = listUnder(child, 'args');
    facts.readsClock ||= CLOCK_FUNCTIONS.includes(name);
    if (name === 'set_config' && SESSION_SETTINGS.includes(constantText(first)))
      facts.settings.push(constantText(first));
    if (NAMES_AS_TEXT.test(name)) noteNameAsText(facts, first);
  },
  SQLValueFunction: (facts, child) => {
    facts.readsClock ||= /TIME|DATE/.test(textUnder(child, 'op') ?? '');
  },
  TypeCast: (facts, child) => {
    const type = dottedName(listUnder(child, 'typeName', 'names')).at(-1) ?? '';
    if (NAMES_AS_TEXT.test(type)) noteNameAsText(facts, under(child).arg);
  },
  ColumnRef: (facts, child) => {
    noteQualified(facts, dottedName(listUnder(child, 'fields')), 2);
  },
  names: noteName,
  funcname: noteName,
  objname: noteName,
  DropStmt: (facts, child) => {
    const type = textUnder(child, 'removeType') ?? '';
    for (const object of listUnder(child, 'objects')) {
      noteObject(facts, object, type);
      if (type === 'OBJECT_TABLE') facts.dropped.push(namedTable(dottedName(listUnder(object, 'List', 'items'))));
    }
  },
  CommentStmt: (facts, child) => {
    noteObject(facts, under(child).object, textUnder(child, 'objtype') ?? '');
  },
  GrantStmt: (facts, child) => {
    if (textUnder(child, 'objtype') === 'OBJECT_SCHEMA') facts.schemas.push(...dottedName(listUnder(child, 'objects')));
  },
  CreateSchemaStmt: (facts, child) => {
    facts.schemas.push(textUnder(child, 'schemaname') ?? '');
  },
  newschema: (facts, child) => {
    if (typeof child === 'string') facts.schemas.push(child);
  },
  DefElem: (facts, child) => {
    if (/^schemas?$/.test(textUnder(child, 'defname') ?? ''))
      facts.schemas.push(...dottedName([under(child).arg, ...listUnder(child, 'arg', 'List', 'items')]));
  },
};

/** The schemas of a search path that a function fixes for itself. */
export const noteFixedPath = (facts: SqlFacts, setting: TreeNode): void => {
  if (setting.name === 'search_path')
    facts.schemas.push(...listUnder(setting, 'args').map(constantText).filter(Boolean));
};
