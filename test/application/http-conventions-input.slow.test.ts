import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Conventions } from './http-conventions.js';

const party = { kind: 'PERSON', legalName: 'Ewa Lindqvist' };
const nested = (depth: number): unknown => (depth === 0 ? 1 : { a: nested(depth - 1) });

describe('what a request brings', () => {
  let api: Conventions;
  beforeAll(async () => {
    api = await Conventions.start();
  });
  afterAll(() => api.remit.stop());

  const post = (body: string | undefined, headers: Record<string, string> = {}) =>
    api.remit.as('intake_ines').post('/parties', body, headers);

  it.each([
    ['cut short', '{"kind":'],
    ['no JSON at all', 'kind=PERSON'],
    ['meant to change the prototype', '{"kind":"PERSON","legalName":"x","__proto__":{"admin":true}}'],
  ])('is refused when the body is %s', async (_, body) => {
    await api.refused(400, 'MALFORMED_JSON', () => post(body));
  });

  it.each([
    ['text', 'text/plain'],
    ['a form, as any page of the web could send it', 'application/x-www-form-urlencoded'],
    ['XML', 'application/xml'],
    ['CSV, which other endpoints take', 'text/csv'],
    ['not said to be anything', ''],
  ])('is refused when the body is %s', async (_, type) => {
    await api.refused(415, 'UNSUPPORTED_MEDIA_TYPE', () => post('kind=PERSON&legalName=x', { 'content-type': type }));
  });

  it('is refused when the body is over the limit', async () => {
    const body = JSON.stringify({ ...party, legalName: 'x'.repeat(1_048_576) });
    await api.refused(413, 'PAYLOAD_TOO_LARGE', () => post(body));
  });

  it.each([
    ['empty', '', ['kind', 'legalName']],
    ['a list', '[]', ['body']],
    ['a text', '"PERSON"', ['body']],
    ['missing', undefined, ['kind', 'legalName']],
    ['an empty object', '{}', ['kind', 'legalName']],
  ])('is refused when the body is %s, and what is missing is named', async (_, body, names) => {
    const headers: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
    const reply = await api.refused(400, 'VALIDATION_FAILED', () => post(body, headers));
    expect(reply.body.invalidParams?.map(({ name }) => name)).toEqual(names);
  });

  it.each([
    ['an unknown field', { ...party, admin: true }, ['admin UNKNOWN_FIELD']],
    ['an unknown field named like one of every object', { ...party, toString: 1 }, ['toString UNKNOWN_FIELD']],
    [
      'an unknown field within',
      { ...party, address: { line1: 'Mill Lane 4', city: 'X', postalCode: '1', country: 'SE', planet: 'Earth' } },
      ['address.planet UNKNOWN_FIELD'],
    ],
    ['a wrong value', { ...party, kind: 'ROBOT' }, ['kind IS_IN']],
    ['a number for a text', { ...party, registrationNumber: 7 }, ['registrationNumber IS_STRING']],
    ['a text for an object', { ...party, address: 'Mill Lane 4' }, ['address IS_OBJECT']],
    ['letters that no database text holds', { ...party, legalName: 'a\u0000b' }, ['legalName TEXT']],
    ['half a letter', { ...party, legalName: 'a\ud800b' }, ['legalName TEXT']],
    ['nesting without end', { ...party, address: nested(40) }, [`address${'.a'.repeat(31)} DEPTH`]],
    [
      'several mistakes at once',
      { kind: 'ROBOT', legalName: ' ', classification: 'SECRET', contactPreference: { channel: 'EMAIL' } },
      ['kind IS_IN', 'legalName MATCHES', 'classification IS_IN', 'contactPreference.email IS_EMAIL'],
    ],
  ])('is refused for %s', async (_, body, wanted) => {
    const reply = await api.refused(400, 'VALIDATION_FAILED', () => post(JSON.stringify(body)));
    const found = reply.body.invalidParams?.map(({ name, code }) => `${name} ${code}`) ?? [];
    expect(found.filter((each) => !wanted.includes(each))).toEqual([]);
    expect(wanted.filter((each) => !found.includes(each))).toEqual([]);
  });

  it('is refused with the place in a list', async () => {
    const parties = [
      { partyId: api.partyId, role: 'SUBJECT' },
      { partyId: 'nobody', role: 'KING', since: 1 },
    ];
    const reply = await api.refused(400, 'VALIDATION_FAILED', () =>
      api.remit.as('intake_ines').post('/cases', { caseTypeCode: 'WASTE', parties }),
    );
    const names = reply.body.invalidParams?.map(({ name }) => name);
    expect(names?.sort()).toEqual(['parties[1].partyId', 'parties[1].role', 'parties[1].since']);
  });

  it.each([
    ['/parties?limit=0', 'limit MIN'],
    ['/parties?limit=101', 'limit MAX'],
    ['/parties?limit=abc', 'limit IS_INT'],
    ['/parties?limit=1.5', 'limit IS_INT'],
    ['/parties?limit=1&limit=2', 'limit REPEATED'],
    ['/parties?sort=legalName', 'sort UNKNOWN_FIELD'],
    ['/parties?cursor=tampered', 'cursor CURSOR'],
    [`/parties?cursor=${Buffer.from('["\\u0000"]').toString('base64url')}`, 'cursor CURSOR'],
    [`/parties?cursor=${Buffer.from('["a","b"]').toString('base64url')}`, 'cursor CURSOR'],
    ['/parties?search=a%00b', 'search TEXT'],
    ['/cases?number=7', 'number MATCHES'],
  ])('is refused in the query %s', async (path, wanted) => {
    const reply = await api.refused(400, 'VALIDATION_FAILED', () => api.remit.as('intake_ines').get(path));
    expect(reply.body.invalidParams?.map(({ name, code }) => `${name} ${code}`)).toContain(wanted);
  });

  it('never makes the server stumble, whatever it is', async () => {
    const ines = api.remit.as('intake_ines');
    const value = fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.string({ unit: 'binary' }), fc.constant(api.partyId));
    const members = fc.dictionary(
      fc.oneof(
        fc.constantFrom('kind', 'legalName', 'address', 'parties', 'caseTypeCode', 'title', 'team'),
        fc.string(),
      ),
      value,
    );
    await fc.assert(
      fc.asyncProperty(
        members,
        fc.constantFrom('/parties', '/cases', `/cases/${api.caseId}/notes`),
        async (body, path) => {
          const { status } = await ines.post(path, { ...(path === '/parties' ? party : {}), ...body });
          expect([201, 400, 409]).toContain(status);
        },
      ),
      { numRuns: 100 },
    );
  });
});
