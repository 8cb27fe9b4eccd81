import type { Declaration } from '../declaration.js';
import { PLATFORM_TABLES, relationsOf } from '../declaration.js';
import type { Rule, Violation } from '../violation.js';
import { UNKNOWN } from './read-sql.js';
import type { SqlFacts, TableName } from './sql-facts.js';

const CATALOGS = ['pg_catalog', 'information_schema', 'pg_temp', 'pg_toast'];

/** Who speaks: a module, or nobody in particular in the migrations that run for every module. */
export interface Speaker {
  declaration: Declaration | undefined;
  all: readonly Declaration[];
  /** Business code, as opposed to a migration. */
  business: boolean;
}

const ownerOfSchema = (all: readonly Declaration[], schema: string): string => {
  const owner = all.find(({ database }) => database.schema === schema);
  return owner ? `belongs to ${owner.module}` : 'is declared by nobody';
};

const mendFor = (owner: string | undefined): string =>
  owner === 'platform'
    ? 'The bus is reached through the platform alone.'
    : 'Ask the owner over the bus, or keep a declared copy of what its events say.';

const foreignSchemas = (facts: SqlFacts, { declaration, all }: Speaker): [string, string][] => {
  const named = [...facts.schemas, ...facts.tables.flatMap(({ schema }) => schema ?? [])];
  const allowed = [...CATALOGS, ...(declaration ? [declaration.database.schema] : [])];
  return [...new Set(named)]
    .filter((schema) => !allowed.includes(schema))
    .map((schema) => [
      schema.includes(UNKNOWN)
        ? 'names a schema that is computed at run time'
        : `names the schema ${schema}, which ${ownerOfSchema(all, schema)}`,
      schema.includes(UNKNOWN)
        ? 'Leave the schema away: the search path is fixed.'
        : mendFor(all.find(({ database }) => database.schema === schema)?.module),
    ]);
};

/** Whose table this is, when it is not the speaker's. */
const foreignOwner = ({ schema, name }: TableName, { declaration, all }: Speaker): string | undefined => {
  if (schema !== undefined || PLATFORM_TABLES.some((table) => table === name)) return undefined;
  if (declaration && relationsOf(declaration).includes(name)) return undefined;
  return all.find((other) => other !== declaration && relationsOf(other).includes(name))?.module;
};

/** Tables in a text that is only part of a statement: whatever stands after FROM, JOIN, INTO, UPDATE or REFERENCES. */
export const tablesInText = (text: string): TableName[] =>
  [...text.matchAll(/\b(?:FROM|JOIN|INTO|UPDATE|REFERENCES)\s+(?:"?([a-z_]\w*)"?\s*\.\s*)?"?([a-z_]\w*)/g)].map(
    ([, schema, name = '']) => ({ ...(schema !== undefined && { schema }), name }),
  );

/** What in this SQL is not the speaker's to say. In a text that may be prose, only the schemas that it names count. */
export const checkSql = (facts: SqlFacts, speaker: Speaker, where: string, maybeProse = false): Violation[] => {
  const violation = (rule: Rule, why: string, mend: string): Violation => ({ rule, where, why, mend });
  const schemas = foreignSchemas(facts, speaker).map(([why, mend]) => violation('foreign-schema', why, mend));
  if (maybeProse) return schemas;
  const hidden = facts.dynamic.flatMap((text) =>
    speaker.all.flatMap(({ module, database: { schema } }) =>
      module !== speaker.declaration?.module && new RegExp(`\\b${schema}"?\\s*\\.`, 'i').test(text)
        ? violation('foreign-schema', `executes text that names the schema ${schema}`, mendFor(module))
        : [],
    ),
  );
  const tables = facts.tables.flatMap((table) => {
    const owner = foreignOwner(table, speaker);
    return owner ? violation('foreign-table', `touches ${table.name}, which belongs to ${owner}`, mendFor(owner)) : [];
  });
  const settings = facts.settings.map((name) =>
    violation(
      'session-settings',
      `sets ${name} on a connection that others use after it`,
      'Leave roles and search path alone.',
    ),
  );
  const clock = speaker.business && facts.readsClock;
  return [
    ...schemas,
    ...hidden,
    ...tables,
    ...settings,
    ...(clock
      ? [violation('database-clock', 'reads the clock of the database', 'Pass the application’s time as a parameter.')]
      : []),
    ...facts.unreadable.map((complaint) =>
      violation('unreadable-sql', `holds a function that cannot be read: ${complaint}`, 'Write it so that it parses.'),
    ),
  ];
};
