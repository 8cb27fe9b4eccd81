import ts from 'typescript';
import type { Declaration } from '../declaration.js';
import { tablesOf } from '../declaration.js';
import type { Violation } from '../violation.js';
import { importsOf } from './imports.js';
import type { SourceFile } from './source-file.js';
import { nodesOf, placeIn } from './source-file.js';

const snakeCase = (name: string): string => name.replace(/(?<=[a-z0-9])[A-Z]/g, '_$&').toLowerCase();

const textOf = (options: ts.ObjectLiteralExpression, key: string): string | undefined => {
  const found = options.properties.find((each) => each.name?.getText() === key);
  return found && ts.isPropertyAssignment(found) && ts.isStringLiteralLike(found.initializer)
    ? found.initializer.text
    : undefined;
};

/** The table that an entity maps: its first argument, its option `name`, or else the class's name in snake case. */
const tableOf = (decorator: ts.CallExpression): { table: string; schema: string | undefined } => {
  const { parent } = decorator.parent;
  const byClass = ts.isClassDeclaration(parent) ? snakeCase(parent.name?.text ?? '') : '';
  const [first, second] = decorator.arguments;
  const options = [first, second].find((each) => each !== undefined && ts.isObjectLiteralExpression(each));
  const named = first && ts.isStringLiteralLike(first) ? first.text : undefined;
  return {
    table: named ?? (options && textOf(options, 'name')) ?? byClass,
    schema: options && textOf(options, 'schema'),
  };
};

/** The entities of a file, and which tables they map. */
export const entityTablesIn = (
  file: SourceFile,
): { entity: ts.ClassDeclaration; decorator: ts.Decorator; table: string; schema: string | undefined }[] => {
  const imported = importsOf(file.ast);
  return [...nodesOf(file.ast)].flatMap((node) => {
    if (!ts.isDecorator(node) || !ts.isCallExpression(node.expression) || !ts.isClassDeclaration(node.parent))
      return [];
    const decorator = imported(node.expression.expression);
    if (decorator?.from !== 'typeorm' || decorator.name !== 'Entity') return [];
    return [{ entity: node.parent, decorator: node, ...tableOf(node.expression) }];
  });
};

/** Entities that map what their module has not declared: TypeORM would read and write it without any SQL here. */
export const checkEntities = (file: SourceFile, declaration: Declaration): Violation[] =>
  entityTablesIn(file).flatMap(({ decorator, table, schema }): Violation[] => {
    const own =
      tablesOf(declaration).includes(table) && (schema ?? declaration.database.schema) === declaration.database.schema;
    if (own) return [];
    return [
      {
        rule: 'foreign-entity',
        where: placeIn(file, decorator),
        why: `maps ${schema ? `${schema}.` : ''}${table}, which ${declaration.module} does not declare`,
        mend: 'Declare the table, if it is yours; ask its owner over the bus, if it is not.',
      },
    ];
  });
