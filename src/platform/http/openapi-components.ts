import { refuse } from '../base/refusal.js';
import type { JsonSchema } from './class-rules.js';

const schemaAt = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });
const text = (description: string): JsonSchema => ({ type: 'string', description });

/** The API's own refusals, by status. 409 is for the codes of the modules. */
const ownRefusals = Object.values(refuse).map((make) => make());
/** What the description of a status says of every operation. */
export const ofAnyOperation = ({ code }: { code: string }): boolean =>
  ownRefusals.some(({ errorCode, status }) => errorCode === code && status in responses);
const codesOf = (status: number): string[] =>
  ownRefusals.filter((each) => each.status === status).map(({ errorCode }) => errorCode);

export const schemas: Record<string, JsonSchema> = {
  Problem: {
    type: 'object',
    description: 'RFC 9457. Further members are named by the code.',
    required: ['type', 'title', 'status', 'detail', 'errorCode', 'correlationId'],
    properties: {
      type: { type: 'string', format: 'uri-reference', description: 'Where a page says what the code means.' },
      title: text('The same for every occurrence of the code.'),
      status: { type: 'integer' },
      detail: text('What stands against it this time, and how to mend it.'),
      errorCode: {
        type: 'string',
        pattern: '^[A-Z][A-Z0-9_]*$',
        description: 'One of the codes below for any endpoint, or one of its module for a business refusal (409).',
        examples: ownRefusals.map(({ errorCode }) => errorCode),
      },
      correlationId: text('Find the request in logs and audit records with it.'),
      currentVersion: { type: 'integer', description: 'With VERSION_MISMATCH.' },
      owner: text('With OWNER_UNAVAILABLE: the module that gave no answer.'),
      // With NOT_FOUND of a read model: how far it is, so that not yet can be told from not there.
      projection: schemaAt('ProjectionState'),
      invalidParams: {
        type: 'array',
        description: 'With VALIDATION_FAILED: every field that is wrong.',
        items: {
          type: 'object',
          required: ['name', 'code', 'reason'],
          properties: { name: text('As a client writes it: lines[0].amount.'), code: text(''), reason: text('') },
        },
      },
    },
  },
  ProjectionHint: {
    type: 'object',
    description: 'Read models that may not show it yet, as <model>MayLag.',
    required: ['waitForEventId'],
    properties: { waitForEventId: text('Give it to a read model to wait for it.') },
    additionalProperties: { const: true },
  },
};

const header = (name: string, description: string, schema: JsonSchema, required = false): JsonSchema => ({
  name,
  in: 'header',
  description,
  required,
  schema,
});

export const parameters: Record<string, JsonSchema> = {
  IfMatch: header('If-Match', 'The ETag that was given when it was read.', { type: 'string', examples: ['"3"'] }, true),
  IfNoneMatch: header('If-None-Match', 'The ETag of what you have: 304 says that it holds still.', {
    type: 'string',
    examples: ['"3"'],
  }),
  IdempotencyKey: header(
    'Idempotency-Key',
    'A repeat within 24 hours with the same key and body gets the first answer, byte for byte.',
    { type: 'string', pattern: '^[!-~]{1,255}$' },
  ),
  CorrelationId: header('X-Correlation-Id', 'Returned; a new one unless given.', {
    type: 'string',
    pattern: '^[\\w.:-]{1,100}$',
  }),
  Traceparent: header('traceparent', 'W3C trace context. Returned.', {
    type: 'string',
    pattern: '^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$',
  }),
};

/** A header of an answer; always there unless said otherwise. */
export const sent = <Schema extends JsonSchema>(
  description: string,
  schema: Schema,
  required = true,
): { description: string; required: boolean; schema: Schema } => ({
  description,
  required,
  schema,
});

export const headers: Record<string, JsonSchema> = {
  ETag: sent('The version of the aggregate.', { type: 'string', examples: ['"1"'] }),
  Link: sent('The next page, as `rel="next"` (RFC 8288), unless this is the last.', { type: 'string' }, false),
  Location: sent('Where what was made, or the job, is read.', { type: 'string' }),
  CorrelationId: sent('The request’s, or a new one.', { type: 'string' }),
  CommandId: sent('The command’s own id.', { type: 'string' }),
  CommandIdIfAny: sent('The command’s own id, once it is known who calls.', { type: 'string' }, false),
  RetryAfter: sent('Seconds.', { type: 'integer' }, false),
  WwwAuthenticate: sent('`Bearer`: a token is needed (RFC 6750).', { type: 'string' }),
};

/**
 * A refusal with this status.
 * @param more codes beside those that any operation may give
 * @param members of their problem documents
 */
export const problem = (
  status: number,
  description: string,
  { retry = false, more = [], members = {} }: { retry?: boolean; more?: string[]; members?: JsonSchema } = {},
): JsonSchema => {
  // 409 is for the codes of modules: what the platform refuses with it is listed where a route comes by it.
  const codes = [...(status === 409 ? [] : codesOf(status)), ...more];
  const schema =
    codes.length > 0
      ? { allOf: [schemaAt('Problem'), { properties: { errorCode: { type: 'string', enum: codes }, ...members } }] }
      : schemaAt('Problem');
  return {
    description,
    headers: {
      'X-Correlation-Id': { $ref: '#/components/headers/CorrelationId' },
      'X-Command-Id': { $ref: '#/components/headers/CommandIdIfAny' },
      ...(retry && { 'Retry-After': { $ref: '#/components/headers/RetryAfter' } }),
      ...(status === 401 && { 'WWW-Authenticate': { $ref: '#/components/headers/WwwAuthenticate' } }),
    },
    content: { 'application/problem+json': { schema } },
  };
};

export const responses: Record<string, JsonSchema> = {
  304: {
    description: 'What you have is what there is.',
    headers: {
      'X-Correlation-Id': { $ref: '#/components/headers/CorrelationId' },
      ETag: { $ref: '#/components/headers/ETag' },
    },
  },
  400: problem(400, 'Not valid, or not JSON. Unknown fields and parameters are refused.'),
  401: problem(401, 'No valid token.'),
  403: problem(403, 'The role does not allow it.'),
  404: problem(404, 'Not there, or not yours to see.'),
  412: problem(412, 'It has changed since you read it.'),
  413: problem(413, 'The body is too large.'),
  415: problem(415, 'The media type is not understood here.'),
  422: problem(422, 'The idempotency key was used for another request.'),
  428: problem(428, 'If-Match is missing.'),
  429: problem(429, 'Too many requests.', { retry: true }),
  500: problem(500, 'Unexpected. Nothing is known to have been saved.'),
  503: problem(
    503,
    'No answer in time, by the database, an owner or the issuer of tokens. A command may be repeated with its key.',
    { retry: true },
  ),
};
