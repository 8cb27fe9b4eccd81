import { beforeAll, describe, expect, it } from '@jest/globals';
import { describedAnswers } from '../../src/platform/http/answers/described-answers.js';
import { readAnswers, type DescribedAnswers } from '../../src/platform/http/answers/read-answers.js';
import { Description } from '../support/description.js';

const FIXTURE = 'test/contracts/fixtures/answers';

describe('what the API says of its answers', () => {
  let read: DescribedAnswers;
  beforeAll(() => {
    read = readAnswers(FIXTURE);
  });

  it('is read from the types of the code, field by field', () => {
    expect(read.operations['LampController.read']).toMatchObject({
      summary: 'One lamp',
      description: 'As its owner knows it.',
      isVersioned: true,
      schema: { $ref: '#/components/schemas/Lamp' },
    });
    expect(read.schemas.Lamp).toEqual({
      type: 'object',
      description: 'A lamp.',
      required: ['lampId', 'version', 'colour', 'isLit', 'madeAt', 'watts', 'tags'],
      properties: {
        lampId: { type: 'string', description: 'Of this lamp.' },
        version: { type: 'number' },
        colour: { $ref: '#/components/schemas/Colour' },
        isLit: { type: 'boolean' },
        madeAt: { type: 'string', format: 'date-time' },
        watts: { type: ['number', 'null'] },
        tags: { type: 'array', items: { type: 'string' } },
        note: { type: 'string' },
      },
    });
    expect(read.schemas.Colour).toEqual({ type: 'string', enum: ['RED', 'GREEN'] });
    expect(read.operations['LampController.list']?.schema).toEqual({ $ref: '#/components/schemas/LampPage' });
  });

  it('is read of a command from what its unit of work answers, with the event that it publishes', () => {
    const { schema, isVersioned, refusals } = read.operations['LampController.light'] ?? {};
    expect(schema).toMatchObject({
      required: ['lampId', 'version', 'publishedEventId', 'projectionHint'],
      properties: { lampId: { type: 'string' }, version: { type: 'integer' } },
    });
    expect(isVersioned).toBe(true);
    expect(refusals).toEqual([
      { code: 'LAMP_BROKEN', status: 409, title: 'The lamp is broken.', members: { since: { type: 'string' } } },
    ]);
  });

  it('is of the code that was built', () => {
    expect(describedAnswers()).toEqual(readAnswers('.'));
  });
});

describe('an answer that a test receives', () => {
  const problem = { type: 'object', required: ['errorCode'], properties: { errorCode: { type: 'string' } } };
  const json = (schema: object): object => ({ 'application/json': { schema } });
  const lamp = { type: 'object', required: ['lampId'], properties: { lampId: { type: 'string' } } };
  const description = new Description({
    paths: {
      '/lamps/{lampId}': {
        get: {
          responses: {
            200: { headers: { ETag: { required: true } }, content: json(lamp) },
            409: { content: { 'application/problem+json': { schema: { allOf: [problem] } } } },
          },
        },
      },
    },
    components: { responses: {}, headers: {} },
  } as never);

  const faults = (status: number, headers: Record<string, string>, body: object): string[] =>
    description.faultsOf('GET', '/lamps/1', status, new Headers(headers), JSON.stringify(body));
  const asJson = { 'content-type': 'application/json', etag: '"1"' };

  it('passes when it is as described', () => {
    expect(faults(200, asJson, { lampId: '1' })).toEqual([]);
    expect(faults(409, { 'content-type': 'application/problem+json' }, { errorCode: 'X' })).toEqual([]);
  });

  it.each([
    ['a field that is not described', 200, asJson, { lampId: '1', colour: 'RED' }, /additional properties/],
    ['a field that is missing', 200, asJson, {}, /required property 'lampId'/],
    ['a field of another type', 200, asJson, { lampId: 1 }, /must be string/],
    ['a status that is not described', 204, asJson, {}, /204 is not described/],
    ['a header that is missing', 200, { 'content-type': 'application/json' }, { lampId: '1' }, /lacks the header etag/],
    ['a header that is not described', 200, { ...asJson, 'x-lamp': '1' }, { lampId: '1' }, /has the header x-lamp/],
    ['a member of a problem that is not described', 409, { 'content-type': 'application/problem+json' }, { errorCode: 'X', who: 1 }, /unevaluated/],
    ['another content type', 200, { ...asJson, 'content-type': 'text/plain' }, { lampId: '1' }, /is text\/plain/],
  ] as const)('fails with %s', (_, status, headers, body, why) => {
    expect(faults(status, headers, body)).toEqual([expect.stringMatching(why)]);
  }); // prettier-ignore
});
