import type { Policy } from '../policy/policy.js';
import type { DescribedAnswer } from './answers/read-answers.js';
import { refusalResponses } from './openapi-refusals.js';
import type { JsonSchema } from './class-rules.js';
import type { JsonSchemas } from './json-schemas.js';
import { readRoute, type ReadRoute } from './openapi-route.js';
import type { Route } from './require-policies.js';

const component = (kind: string, name: string | number): JsonSchema => ({ $ref: `#/components/${kind}/${name}` });
const json = (schema: JsonSchema): JsonSchema => ({ 'application/json': { schema } });

/** One operation of the description: from its row of the permission table and from what its code takes. */
export function describeOperation(
  route: Route & { policy: Policy },
  schemas: JsonSchemas,
  answer: DescribedAnswer,
  tag: (module: string | undefined) => string,
): JsonSchema {
  const { policy, controller, method } = route;
  const read = readRoute(route, schemas);
  const name = controller.replace(/Controller$/, '');
  return {
    operationId: `${name.charAt(0).toLowerCase()}${name.slice(1)}_${method}`,
    tags: [tag(read.module)],
    ...(answer.summary !== undefined && { summary: answer.summary }),
    description: [answer.description, descriptionOf(policy)].filter(Boolean).join(' '),
    ...(read.module !== undefined && { 'x-remit-module': read.module }),
    'x-remit-roles': policy.roles,
    security: policy.roles === 'PUBLIC' ? [] : [{ [policy.audience ?? 'remit']: [] }],
    parameters: [...pathOf(read), ...queryOf(read), ...headersOf(policy, read, answer)],
    ...bodyOf(policy, read, schemas),
    responses: {
      [read.status]: successOf(policy, read, answer),
      ...(answer.isVersioned && !read.isCommand && { 304: component('responses', 304) }),
      ...readyOf(answer),
      ...writtenOf(read),
      ...withWrittenHeaders(refusalResponses(refusalsOf(policy, read), answer.refusals), read),
    },
  };
}

function descriptionOf({ roles, ifMatch, highRisk }: Policy): string {
  const who = roles === 'PUBLIC' ? 'Needs no token.' : `For ${roles.join(', ')}.`;
  return [who, ifMatch && 'Needs If-Match.', highRisk && 'Refusals are audited too.'].filter(Boolean).join(' ');
}

const pathOf = ({ path }: ReadRoute): JsonSchema[] =>
  path.map(({ name, schema }) => ({ name, in: 'path', required: true, schema }));

const queryOf = ({ query }: ReadRoute): JsonSchema[] =>
  query.map(({ name, schema, required, description }) => ({
    name,
    in: 'query',
    required,
    ...(description && { description }),
    schema,
  }));

function headersOf(
  { roles, ifMatch }: Policy,
  { isCommand }: ReadRoute,
  { isVersioned }: DescribedAnswer,
): JsonSchema[] {
  const names = ['CorrelationId', 'Traceparent'];
  if (ifMatch) names.unshift('IfMatch');
  if (isVersioned && !isCommand) names.unshift('IfNoneMatch');
  // The answer to an idempotency key is kept for the actor who gave it.
  if (isCommand && roles !== 'PUBLIC') names.unshift('IdempotencyKey');
  return names.map((name) => component('parameters', name));
}

function bodyOf({ endpoint }: Policy, { body }: ReadRoute, schemas: JsonSchemas): { requestBody?: JsonSchema } {
  if (body === undefined) return {};
  if (body === 'text')
    return { requestBody: { required: true, content: { 'text/csv': { schema: { type: 'string' } } } } };
  if (body === 'stream') return { requestBody: { required: true, content: { '*/*': {} } } };
  // An amendment may leave out any field, but one that names none is refused.
  const required = endpoint.startsWith('PATCH ') || schemas.of(body).required !== undefined;
  return { requestBody: { required, content: json(schemas.refTo(body)) } };
}

const HEADER_NAMES = {
  CorrelationId: 'X-Correlation-Id',
  CommandId: 'X-Command-Id',
  ETag: 'ETag',
  Link: 'Link',
  Location: 'Location',
} as const;

const DONE: Readonly<Record<number, string>> = { 201: 'Created.', 202: 'Taken up; ask at Location how far it is.' };

function successOf({ roles }: Policy, read: ReadRoute, { schema, isVersioned, isPaged }: DescribedAnswer): JsonSchema {
  const { status, isCommand, module } = read;
  const changes = isCommand && module !== undefined;
  const names: (keyof typeof HEADER_NAMES)[] = ['CorrelationId'];
  if (isCommand && roles !== 'PUBLIC') names.push('CommandId');
  if (isVersioned) names.push('ETag');
  if (isPaged) names.push('Link');
  if (changes && (status === 201 || status === 202)) names.push('Location');
  return {
    description: DONE[status] ?? 'Done.',
    headers: Object.fromEntries(names.map((name) => [HEADER_NAMES[name], component('headers', name)])),
    ...(status !== 204 && { content: contentOf(read, schema) }),
  };
}

const readyOf = ({ ready = {} }: DescribedAnswer): JsonSchema =>
  Object.fromEntries(
    Object.entries(ready).map(([status, schema]) => [
      status,
      {
        description: DONE[Number(status)] ?? 'Done; nothing was changed.',
        headers: {
          'X-Correlation-Id': component('headers', 'CorrelationId'),
          'X-Command-Id': component('headers', 'CommandIdIfAny'),
        },
        content: json(schema),
      },
    ]),
  );

const writtenOf = ({ written }: ReadRoute): JsonSchema =>
  Object.fromEntries(
    Object.entries(written).map(([status, { description, headers = {}, content }]) => [
      status,
      {
        description,
        headers: { 'X-Correlation-Id': component('headers', 'CorrelationId'), ...(headers as JsonSchema) },
        ...(content !== undefined && { content }),
      },
    ]),
  );

/** A refusal may come with headers of its own, as 416 does. */
const withWrittenHeaders = (refusals: Record<string, JsonSchema>, { written }: ReadRoute): JsonSchema =>
  Object.fromEntries(
    Object.entries(refusals).map(([status, refusal]) => {
      const headers = { ...(refusal.headers as JsonSchema), ...(written[status]?.headers as JsonSchema) };
      return [status, written[status] ? { ...refusal, headers } : refusal];
    }),
  );

const contentOf = ({ contentType }: ReadRoute, schema: JsonSchema | undefined): JsonSchema =>
  contentType === undefined ? json(schema ?? {}) : { [contentType]: { schema: { type: 'string' } } };

function refusalsOf({ roles, ifMatch }: Policy, read: ReadRoute): number[] {
  const { body, path, isCommand } = read;
  const ofOne = path.length > 0;
  const when = (holds: boolean, ...statuses: number[]): number[] => (holds ? statuses : []);
  return [
    // Also where nothing is taken: a path or a query may be one that no text is.
    400,
    ...when(roles !== 'PUBLIC', 401, 403, 503),
    ...when(ofOne, 404),
    ...when(ifMatch === true, 412, 428),
    ...when(body !== undefined, 413, 415),
    ...when(isCommand && roles !== 'PUBLIC', 422),
    429,
    500,
    503,
  ].sort();
}
