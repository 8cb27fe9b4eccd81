import pg from 'pg';
import type { DataSource, EntityMetadata, EntityTarget, ObjectLiteral } from 'typeorm';
import type { Statement } from './statement.js';

const name = pg.escapeIdentifier;

/** Values that rows must have; a list means any of them. */
export type Equal<T> = { [Property in keyof T]?: T[Property] | readonly T[Property][] };

/**
 * The rows of an entity with these values, as one statement with a name. TypeORM's own finder composes its text anew
 * at each call and sends it without a name, so that it is planned each time: three times the cost of this, measured.
 */
export function findStatement<T extends ObjectLiteral>(
  source: DataSource,
  entity: EntityTarget<T>,
  where: Equal<T>,
): Statement {
  const metadata = source.getMetadata(entity);
  const given = Object.entries(where);
  const shape = given.map(([property, value]) => `${property}${Array.isArray(value) ? '*' : ''}`).join('_');
  return {
    name: `find_${metadata.tableName}_${shape}`,
    text: textOf(source, metadata, given),
    values: given.map(([, value]) => value as unknown),
  };
}

const texts = new WeakMap<EntityMetadata, Map<string, string>>();

function textOf(source: DataSource, metadata: EntityMetadata, given: [string, unknown][]): string {
  const known = texts.get(metadata) ?? new Map<string, string>();
  texts.set(metadata, known);
  const conditions = given.map(([property, value], index) => {
    const column = metadata.findColumnWithPropertyName(property);
    // `= undefined` must never mean `any row`.
    if (!column || value === undefined) throw new Error(`${metadata.name} cannot be found by ${property}.`);
    const type = source.driver.normalizeType(column);
    return `${name(column.databaseName)} = ${Array.isArray(value) ? `ANY ($${index + 1}::${type}[])` : `$${index + 1}`}`;
  });
  if (conditions.length === 0) throw new Error(`Say which rows of ${metadata.name} to find.`);
  const condition = conditions.join(' AND ');
  let text = known.get(condition);
  if (text === undefined) {
    const columns = metadata.columns.map(({ databaseName }) => name(databaseName)).join(', ');
    text = `SELECT ${columns} FROM ${metadata.tablePath} WHERE ${condition}`;
    known.set(condition, text);
  }
  return text;
}

/** A row as the entity that it is. */
export function entityOf<T extends ObjectLiteral>(source: DataSource, entity: EntityTarget<T>, row: ObjectLiteral): T {
  const metadata = source.getMetadata(entity);
  const made = metadata.create() as T;
  for (const column of metadata.columns)
    column.setEntityValue(made, source.driver.prepareHydratedValue(row[column.databaseName], column));
  return made;
}
