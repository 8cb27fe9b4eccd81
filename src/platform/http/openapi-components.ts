import { refuse } from '../base/refusal.js';
import type { JsonSchema } from './class-rules.js';

const schemaAt = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });
const text = (description: string): JsonSchema => ({ type: 'string', description });

/** The API's own refusals, by status. 409 is for the codes of the modules. */
const ownRefusals = Object.values(refuse).map((make) => make());
const codesOf = (status: number): string[] =>
  ownRefusals.filter((each) => each.status === status).map(({ errorCode }) => errorCode);

export const schemas: Record<string, JsonSchema> = {
  Problem: {
    type: 'object',
    description: 'RFC 9457. Further members are named by the code.',
    required: ['type', 'title', 'status', 'detail', 'errorCode', 'correlationId'],
    properties: {
      type: { type: 'string', format: 'uri', description: 'urn:remit:error: and the code.' },
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
      invalidParams: {
        type: 'array',
        description: 'With VALIDATION_FAILED: every field that is wrong.',
        items: {
          type: 'object',
          required: ['name', 'code', 'reason'],
          properties: { name: text('As a client writes it: parties[0].role.'), code: text(''), reason: text('') },
        },
      },
    },
  },
  CommandAnswer: {
    type: 'object',
    description: 'The ids and the new state of what changed, and where to see it.',
    properties: {
      version: { type: 'integer', description: 'Of the aggregate; the ETag says the same.' },
      publishedEventId: text('The event that tells of it.'),
      projectionHint: {
        type: 'object',
        description: 'Read models that may not show it yet, as <model>MayLag.',
        required: ['waitForEventId'],
        properties: { waitForEventId: text('Give it to a read model to wait for it.') },
        additionalProperties: { const: true },
      },
    },
  },
  List: {
    type: 'object',
    required: ['data', 'nextCursor'],
    properties: {
      data: { type: 'array', items: { type: 'object' } },
      nextCursor: { type: ['string', 'null'], description: 'Give it as cursor to go on; null at the end.' },
    },
  },
  Aggregate: {
    type: 'object',
    description: 'The owner’s truth: ids and status at the top level.',
    properties: { version: { type: 'integer' } },
  },
  ReadModel: {
    type: 'object',
    required: ['data', 'projection'],
    properties: {
      data: { description: 'An object, or a list of them.' },
      nextCursor: { type: ['string', 'null'], description: 'Of a list: give it as cursor to go on; null at the end.' },
      waitedFor: { const: 'TIMED_OUT', description: 'The event that was waited for is not in it yet.' },
      projection: {
        type: 'object',
        required: ['lastEventId', 'lastEventOccurredAt', 'projectedAt', 'lagSeconds', 'freshnessStatus'],
        properties: {
          lastEventId: { type: ['string', 'null'] },
          lastEventOccurredAt: { type: ['string', 'null'], format: 'date-time' },
          projectedAt: { type: ['string', 'null'], format: 'date-time' },
          lagSeconds: { type: 'number', minimum: 0, description: 'By which it may be behind now.' },
          freshnessStatus: { type: 'string', enum: ['WITHIN_SLO', 'STALE', 'REBUILDING'] },
        },
      },
    },
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

export const headers: Record<string, JsonSchema> = {
  ETag: { description: 'The version of the aggregate.', schema: { type: 'string', examples: ['"1"'] } },
  Location: { description: 'Where what was made, or the job, is read.', schema: { type: 'string' } },
  CorrelationId: { description: 'The request’s, or a new one.', schema: { type: 'string' } },
  CommandId: { description: 'The command’s own id.', schema: { type: 'string' } },
  RetryAfter: { description: 'Seconds.', schema: { type: 'integer' } },
};

const problem = (status: number, description: string, retry = false): JsonSchema => {
  const codes = codesOf(status);
  const schema =
    codes.length > 0
      ? { allOf: [schemaAt('Problem'), { properties: { errorCode: { enum: codes } } }] }
      : schemaAt('Problem');
  return {
    description,
    headers: {
      'X-Correlation-Id': { $ref: '#/components/headers/CorrelationId' },
      ...(retry && { 'Retry-After': { $ref: '#/components/headers/RetryAfter' } }),
    },
    content: { 'application/problem+json': { schema } },
  };
};

export const responses: Record<string, JsonSchema> = {
  400: problem(400, 'Not valid, or not JSON. Unknown fields and parameters are refused.'),
  401: problem(401, 'No valid token.'),
  403: problem(403, 'The role does not allow it.'),
  404: problem(404, 'Not there, or not yours to see.'),
  409: problem(409, 'A rule of the module stands against it.'),
  412: problem(412, 'It has changed since you read it.'),
  413: problem(413, 'The body is too large.'),
  415: problem(415, 'The media type is not understood here.'),
  422: problem(422, 'The idempotency key was used for another request.'),
  428: problem(428, 'If-Match is missing.'),
  429: problem(429, 'Too many requests.', true),
  500: problem(500, 'Unexpected. Nothing is known to have been saved.'),
  503: problem(
    503,
    'No answer in time, by the database, an owner or the issuer of tokens. A command may be repeated with its key.',
    true,
  ),
};
