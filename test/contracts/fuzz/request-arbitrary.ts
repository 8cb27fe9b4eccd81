import fc from 'fast-check';
import type { Schema, SchemaArbitrary } from './schema-arbitrary.js';

interface Parameter {
  $ref?: string;
  name: string;
  in: string;
  required?: boolean;
  schema: Schema;
}

export interface Operation {
  operationId: string;
  'x-remit-roles': string[] | 'PUBLIC';
  parameters: Parameter[];
  requestBody?: { content: Record<string, { schema?: Schema }> };
}

/** What is sent, but for the identifiers: places stand for those. */
export interface FuzzedRequest {
  actorId: string | undefined;
  path: string;
  query: [name: string, value: string][];
  headers: Record<string, string>;
  /** As it is sent. */
  body: string | undefined;
}

const garbage = fc.string({ unit: 'binary', minLength: 1, maxLength: 40 });
const often = <Value>(arbitrary: fc.Arbitrary<Value>, seldom: fc.Arbitrary<Value>, weight = 8): fc.Arbitrary<Value> =>
  fc.oneof({ weight, arbitrary }, { weight: 1, arbitrary: seldom });
const maybe = <Value>(arbitrary: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
  fc.option(arbitrary, { nil: undefined });

/** Requests to one operation: mostly as the description has them, with here and there something that is wrong. */
export function requestsTo(
  path: string,
  { 'x-remit-roles': roles, parameters, requestBody }: Operation,
  values: SchemaArbitrary,
  officersIn: (role: string) => string[],
): fc.Arbitrary<FuzzedRequest> {
  const may = roles === 'PUBLIC' ? [undefined] : roles.flatMap(officersIn);
  const inPath = parameters.filter((each) => each.in === 'path');
  const inQuery = parameters.filter((each) => each.in === 'query');
  const named = new Set(parameters.map(({ $ref }) => $ref?.split('/').at(-1)));
  return fc.record({
    actorId: often(fc.constantFrom(...may), fc.constantFrom(undefined, ...officersIn('')), 12),
    path: fc
      .tuple(...inPath.map(({ schema }) => often(values.of(schema), garbage, 15)))
      .map((parts) => inPath.reduce((made, { name }, i) => made.replace(`{${name}}`, inUrl(parts[i])), path)),
    query: queryOf(inQuery, values),
    headers: fc
      .record({
        'if-match': named.has('IfMatch')
          ? often(maybe(fc.integer({ min: 1, max: 6 })).map(asTag), fc.constantFrom('*', 'W/"1"', 'one', '"1", "2"'))
          : fc.constant(undefined),
        'idempotency-key': named.has('IdempotencyKey')
          ? maybe(fc.constantFrom('one', 'two', 'with space', 'x'.repeat(256)))
          : fc.constant(undefined),
        'content-type': requestBody
          ? often(
              fc.constantFrom(...Object.keys(requestBody.content)).map(typed),
              fc.constantFrom('text/plain', ''),
              15,
            )
          : fc.constant(undefined),
      })
      .map(given),
    body: requestBody ? bodyOf(requestBody.content, values) : fc.constant(undefined),
  });
}

const asTag = (version: number | undefined): string | undefined => version === undefined ? undefined : `"${version}"`; // prettier-ignore
const typed = (type: string): string => (type === '*/*' ? 'application/octet-stream' : type);
const given = (headers: Record<string, string | undefined>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));

const PLACE = /^@[a-z]+:\d+@$/;

/** What is no place is encoded. A path of points alone would be walked by the client before it is sent. */
function inUrl(value: unknown): string {
  const text = String(value).replaceAll(/\p{Surrogate}/gu, '?');
  if (/^\.+$/.test(text)) return `x${text}`;
  return text
    .split(/(@[a-z]+:\d+@)/)
    .map((part) => (PLACE.test(part) ? part : encodeURIComponent(part)))
    .join('');
}

function queryOf(parameters: readonly Parameter[], values: SchemaArbitrary): fc.Arbitrary<[string, string][]> {
  const each = parameters.map(({ name, schema, required }) => {
    // A wait for an event that is not under way would only take its time.
    const value = name === 'timeoutMs' ? fc.integer({ min: 0, max: 5 }) : values.of(schema, name);
    const text = often(value, garbage, 12).map((made): [string, string] => [name, String(made)]);
    return name === 'timeoutMs' || required ? text : maybe(text);
  });
  const unknown = fc.constantFrom<[string, string]>(['colour', 'red'], ['limit', '1'], ['__proto__', '1']);
  return fc
    .tuple(...each, often(fc.constant(undefined), unknown, 15))
    .map((found) => found.filter((one) => one !== undefined));
}

function bodyOf(
  content: Record<string, { schema?: Schema }>,
  values: SchemaArbitrary,
): fc.Arbitrary<string | undefined> {
  const [[type, { schema = {} }] = ['', {}]] = Object.entries(content);
  if (type !== 'application/json') return fc.string({ unit: 'binary', maxLength: 300 });
  const right = values.of(schema);
  const wrong = fc.tuple(right, fc.nat(), often(fc.jsonValue({ maxDepth: 2 }), fc.constant(undefined))).map(spoilt);
  return fc.oneof(
    { weight: 10, arbitrary: right.map((body) => JSON.stringify(body)) },
    { weight: 6, arbitrary: wrong },
    { weight: 1, arbitrary: fc.jsonValue().map((body) => JSON.stringify(body)) },
    { weight: 1, arbitrary: fc.constantFrom('', '{', '{"a":1}}', '\u{0}', 'null', '[]', '{"__proto__":{"a":1}}') },
  );
}

/** One property is another value or is left out, or there is one more. */
function spoilt([body, which, value]: [unknown, number, unknown]): string {
  const names = [...Object.keys(body ?? {}), 'unknown'];
  return JSON.stringify({ ...(body as object), [names[which % names.length] ?? '']: value });
}
