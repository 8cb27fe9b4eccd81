import { isDeepStrictEqual } from 'node:util';
import type { JsonSchema } from '../../src/platform/http/class-rules.js';

const at = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);
const isSchema = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** References replaced by what they stand for, so that the name of a nested class may change. */
function resolved(schema: unknown, definitions: JsonSchema): unknown {
  if (Array.isArray(schema)) return schema.map((each: unknown) => resolved(each, definitions));
  if (!isSchema(schema)) return schema;
  const name = /^#\/\$defs\/(.+)$/.exec(String(schema.$ref))?.[1];
  if (name !== undefined) return resolved(definitions[name], definitions);
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, resolved(value, definitions)]));
}

function differences(frozen: JsonSchema, present: JsonSchema, path: string): string[] {
  const keywords = new Set([...Object.keys(frozen), ...Object.keys(present)]);
  return [...keywords].flatMap((keyword) => {
    const [before, now] = [frozen[keyword], present[keyword]];
    if (isDeepStrictEqual(before, now)) return [];
    if (keyword === 'required') return requirements(frozen, present, path);
    if (keyword === 'properties') return properties(before as JsonSchema, now as JsonSchema, path);
    if (keyword === 'enum') return values(before, now, path);
    if (isSchema(before) && isSchema(now)) return differences(before, now, `${path}[]`);
    return [`${path}: ${keyword} has changed`];
  });
}

function properties(before: JsonSchema, now: JsonSchema, path: string): string[] {
  return Object.entries(before).flatMap(([name, schema]) =>
    name in now
      ? differences(schema as JsonSchema, now[name] as JsonSchema, at(path, name))
      : [`${at(path, name)}: was removed`],
  );
}

function requirements(frozen: JsonSchema, present: JsonSchema, path: string): string[] {
  const before = (frozen.required ?? []) as string[];
  const now = (present.required ?? []) as string[];
  return [
    ...now.filter((name) => !before.includes(name)).map((name) => `${at(path, name)}: is required now`),
    // One that was removed is reported as such.
    ...before
      .filter((name) => !now.includes(name) && name in (present.properties as JsonSchema))
      .map((name) => `${at(path, name)}: may be missing now`),
  ];
}

function values(before: unknown, now: unknown, path: string): string[] {
  const [frozen, present] = [(before ?? []) as unknown[], (now ?? []) as unknown[]];
  return [
    ...frozen
      .filter((value) => !present.includes(value))
      .map((value) => `${path}: ${String(value)} is no value any more`),
    ...present.filter((value) => !frozen.includes(value)).map((value) => `${path}: ${String(value)} is a new value`),
  ];
}

/**
 * What consumers of the frozen contract, or the events that are in logs, could not bear: within a version only
 * optional properties are added. Empty when there is nothing of the kind.
 */
export function breaches(frozen: JsonSchema, present: JsonSchema): string[] {
  const whole = (schema: JsonSchema): JsonSchema => {
    const { $defs, title: _, ...own } = schema;
    return resolved(own, ($defs ?? {}) as JsonSchema) as JsonSchema;
  };
  return differences(whole(frozen), whole(present), '');
}
