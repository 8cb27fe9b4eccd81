import { posix } from 'node:path';
import ts from 'typescript';
import type { Declaration } from '../declaration.js';
import type { Violation } from '../violation.js';
import { keyIn } from '../where.js';
import { entityTablesIn } from './foreign-entities.js';
import { importsOf } from './imports.js';
import type { SourceFile } from './source-file.js';
import { placeIn } from './source-file.js';

const STATUS_FIELD = /^(status|state|\w+(Status|State))$/;

/** The texts that a type allows; undefined where it is not a union of texts that can be read in the source. */
function textsOf(type: ts.TypeNode, file: SourceFile, files: readonly SourceFile[]): string[] | undefined {
  if (ts.isParenthesizedTypeNode(type)) return textsOf(type.type, file, files);
  if (ts.isLiteralTypeNode(type)) return ts.isStringLiteral(type.literal) ? [type.literal.text] : undefined;
  if (ts.isUnionTypeNode(type)) {
    const parts = type.types.map((each) => textsOf(each, file, files));
    return parts.every((part) => part !== undefined) ? parts.flat() : undefined;
  }
  if (ts.isIndexedAccessTypeNode(type)) return elementsOf(type.objectType, file);
  if (!ts.isTypeReferenceNode(type)) return undefined;
  const [where, name] = placeOf(type.typeName, file, files);
  const alias = where?.ast.statements.filter(ts.isTypeAliasDeclaration).find((each) => each.name.text === name);
  return alias && where && textsOf(alias.type, where, files);
}

/** The file in which a name is declared, and what it is called there. */
function placeOf(
  name: ts.EntityName,
  file: SourceFile,
  files: readonly SourceFile[],
): [SourceFile | undefined, string] {
  const imported = importsOf(file.ast)(name);
  if (!imported) return [file, name.getText()];
  const path = posix.join(posix.dirname(file.path), imported.from).replace(/\.js$/, '.ts');
  return [files.find((each) => each.path === path), imported.name];
}

/** Of `(typeof STATUSES)[number]`: the texts in the constant list. */
function elementsOf(type: ts.TypeNode, file: SourceFile): string[] | undefined {
  const query = ts.isParenthesizedTypeNode(type) ? type.type : type;
  if (!ts.isTypeQueryNode(query)) return undefined;
  const constants = file.ast.statements
    .filter(ts.isVariableStatement)
    .flatMap(({ declarationList }) => declarationList.declarations);
  const found = constants.find((each) => each.name.getText() === query.exprName.getText())?.initializer;
  const list = found && ts.isAsExpression(found) ? found.expression : found;
  if (!list || !ts.isArrayLiteralExpression(list)) return undefined;
  return list.elements.flatMap((each) => (ts.isStringLiteral(each) ? each.text : []));
}

/** A column of an entity that says how it stands. */
interface StatusColumn {
  table: string;
  where: string;
  /** Undefined where they cannot be read. */
  statuses: string[] | undefined;
}

const statusColumnsIn = (file: SourceFile, files: readonly SourceFile[]): StatusColumn[] =>
  entityTablesIn(file).flatMap(({ table, entity }) =>
    entity.members
      .filter(ts.isPropertyDeclaration)
      .filter((member) => STATUS_FIELD.test(member.name.getText()) && ts.getDecorators(member))
      .map((member) => ({
        table,
        where: placeIn(file, member),
        statuses: member.type && textsOf(member.type, file, files),
      })),
  );

function checkAggregate(declared: readonly string[], place: string, columns: readonly StatusColumn[]): Violation[] {
  const violation = (where: string, why: string, mend: string): Violation => ({
    rule: 'undeclared-status',
    where,
    why,
    mend,
  });
  const inCode = columns.flatMap(({ statuses = [] }) => statuses);
  return columns
    .flatMap(({ where, statuses }) =>
      statuses
        ? statuses
            .filter((each) => !declared.includes(each))
            .map((each) => violation(where, `may be ${each}`, `Declare it at ${place}.`))
        : [
            violation(
              where,
              'is a status whose values cannot be read here',
              'Give it a type that is a union of texts.',
            ),
          ],
    )
    .concat(
      declared
        .filter((each) => !inCode.includes(each))
        .map((each) => violation(place, `names ${each}, which no entity of the aggregate may be`, 'Remove it.')),
    );
}

/** Statuses in code and in the declaration are the same, so that whoever adds one says who shows it. */
export const checkEntityStatuses = (files: readonly SourceFile[], declarations: readonly Declaration[]): Violation[] =>
  declarations.flatMap((declaration) => {
    const own = files.filter(({ area, folder }) => area === 'module' && folder === declaration.module);
    const columns = own.flatMap((file) => statusColumnsIn(file, files));
    return Object.entries(declaration.aggregates).flatMap(([name, { tables, statuses = {} }]) =>
      checkAggregate(
        Object.keys(statuses),
        keyIn(declaration, 'aggregates', name, 'statuses'),
        columns.filter(({ table }) => tables.includes(table)),
      ),
    );
  });
