import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Conventions, expectProblem, type Problem } from './http-conventions.js';

const TRACEPARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const SECURITY = {
  'content-security-policy': expect.stringContaining("script-src 'self'"),
  'strict-transport-security': expect.stringContaining('max-age='),
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'SAMEORIGIN',
  'referrer-policy': 'no-referrer',
};

describe('what is answered', () => {
  let api: Conventions;
  beforeAll(async () => {
    api = await Conventions.start();
  });
  afterAll(() => api.remit.stop());

  const party = { kind: 'PERSON', legalName: 'Ewa Lindqvist' };
  const ines = () => api.remit.as('intake_ines');

  it('to a creation says where it is, at which version, and what to wait for', async () => {
    const { status, headers, body } = await ines().post('/parties', party);
    const location = headers.get('location') ?? '';
    expect([status, location, headers.get('etag')]).toEqual([201, `/api/v1/parties/${String(body.partyId)}`, '"1"']);
    expect(headers.get('x-command-id')).toMatch(/^cmd_[0-9A-Z]{26}$/);
    expect(body).toEqual({
      partyId: expect.stringMatching(/^pty_/),
      version: 1,
      publishedEventId: expect.stringMatching(/^evt_/),
      projectionHint: {
        caseDossierMayLag: true,
        officerWorklistMayLag: true,
        partyCaseHistoryMayLag: true,
        waitForEventId: body.publishedEventId,
      },
    });
    const read = await ines().get<{ partyId: string }>(location.replace('/api/v1', ''));
    expect([read.status, read.headers.get('etag'), read.body.partyId]).toEqual([200, '"1"', body.partyId]);
    expect(read.headers.has('x-command-id')).toBe(false);
  });

  it.each([
    ['an endpoint that is not there', 'GET', '/api/v1/nothing'],
    ['a path outside the API', 'GET', '/nothing'],
    ['an identifier that is none', 'GET', '/api/v1/parties/nothing'],
    ['an identifier longer than any', 'GET', `/api/v1/parties/${'x'.repeat(4_000)}`],
    ['an identifier that no database text holds', 'GET', '/api/v1/parties/pty_%00'],
  ])('to %s is that it is not there', async (_, method, path) => {
    const authorization = `Bearer ${await token()}`;
    await api.refused(404, 'NOT_FOUND', () => api.raw(method, path, { headers: { authorization } }) as never);
  });

  it('to a method that nobody knows is what the path has instead', async () => {
    const propfind = (): Promise<unknown> => api.raw('PROPFIND', '/api/v1/parties');
    const { headers } = await api.refused(405, 'METHOD_NOT_ALLOWED', propfind as never);
    expect(headers.get('allow')).toBe('GET, HEAD, OPTIONS, POST');
  });

  it('to a path that cannot be read is that', async () => {
    const { body } = await api.refused(400, 'VALIDATION_FAILED', () => api.raw('GET', '/api/v1/parties/%ff') as never);
    expect(body.invalidParams?.[0]?.name).toBe('path');
  });

  it('to HEAD are the headers of GET alone', async () => {
    const headers = { authorization: `Bearer ${await token()}` };
    const reply = await api.raw('HEAD', `/api/v1/parties/${api.partyId}`, { headers });
    expect([reply.status, reply.text, reply.headers.get('etag')]).toEqual([200, '', '"1"']);
    expect(reply.headers.has('x-command-id')).toBe(false);
  });

  it.each([
    ['a read', 200, '/parties'],
    ['a refusal', 404, '/parties/nothing'],
    ['no endpoint', 404, '/nothing'],
    ['the description of the API', 200, '/openapi.json'],
  ])('to %s has the correlation id and the trace of the request', async (_, status, path) => {
    const headers = { 'x-correlation-id': 'ticket-4711:a', traceparent: TRACEPARENT };
    const reply = await ines().get(path, headers);
    expect([reply.status, reply.headers.get('x-correlation-id'), reply.headers.get('traceparent')]).toEqual([
      status,
      'ticket-4711:a',
      TRACEPARENT,
    ]);
  });

  it('has the correlation id and the trace also where nobody was let in', async () => {
    const headers = { 'x-correlation-id': 'ticket-4712', traceparent: TRACEPARENT };
    const reply = await api.raw('GET', '/api/v1/parties', { headers });
    expect([reply.status, reply.body.correlationId, reply.headers.get('traceparent')]).toEqual([
      401,
      'ticket-4712',
      TRACEPARENT,
    ]);
  });

  it.each(['two words', 'a;b=c', 'x'.repeat(101), '{"a":1}'])(
    'has a new correlation id instead of the malformed "%s"',
    async (given) => {
      const reply = await ines().get('/parties', { 'x-correlation-id': given, traceparent: 'not-a-trace' });
      expect(reply.headers.get('x-correlation-id')).toMatch(/^corr_[0-9A-Z]{26}$/);
      expect(reply.headers.has('traceparent')).toBe(false);
    },
  );

  it('writes the correlation id and the trace into the log of events', async () => {
    const headers = { 'x-correlation-id': 'ticket-4713', traceparent: TRACEPARENT };
    await ines().post('/parties', party, headers);
    const { rows } = await api.query(
      'SELECT DISTINCT trace_context AS trace FROM bus.outbox_event WHERE correlation_id = $1',
      ['ticket-4713'],
    );
    expect(rows).toEqual([{ trace: TRACEPARENT }]);
  });

  it.each([
    ['a read', '/api/v1/parties'],
    ['no endpoint', '/nothing'],
    ['the page', '/api/docs'],
    ['health', '/healthz'],
  ])('to %s has the headers that protect a browser, and none that lets other origins in', async (_, path) => {
    const headers = { authorization: `Bearer ${await token()}`, origin: 'https://elsewhere.example' };
    const reply = await api.raw('GET', path, { headers });
    expect(Object.fromEntries(reply.headers)).toMatchObject(SECURITY);
    expect([...reply.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it('to a question of another origin is nothing that lets it in', async () => {
    const headers = { origin: 'https://elsewhere.example', 'access-control-request-method': 'POST' };
    const reply = await api.raw('OPTIONS', '/api/v1/parties', { headers });
    expect([reply.status, reply.headers.has('access-control-allow-origin')]).toEqual([204, false]);
  });

  it('to those who ask too often is when to come again, and others are not held up', async () => {
    const busy = await Conventions.start({ configuration: { rateLimitPerSecond: 10 } });
    try {
      const [ivo, lena] = [busy.remit.as('investigator_ivo'), busy.remit.as('legal_lena')];
      // Until a token is known, its calls count for the address.
      await Promise.all([ivo.get('/parties'), lena.get('/parties')]);
      const replies = await Promise.all(Array.from({ length: 25 }, () => ivo.get<Problem>('/parties')));
      const refused = replies.find(({ status }) => status === 429);
      if (!refused) throw new Error('Nobody was told to slow down.');
      expectProblem(refused);
      expect([refused.body.errorCode, refused.headers.get('retry-after')]).toEqual(['RATE_LIMITED', '1']);
      expect((await lena.get('/parties')).status).toBe(200);
    } finally {
      await busy.remit.stop();
    }
  });

  async function token(): Promise<string> {
    const { accessToken } = (await (
      await fetch(`${api.remit.baseUrl}/api/v1/dev/token`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"actorId":"intake_ines"}',
      })
    ).json()) as { accessToken: string };
    return accessToken;
  }
});
