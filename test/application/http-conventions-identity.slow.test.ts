import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { investigated } from '../support/investigated.js';
import { forgedTokens, makeToken } from '../support/tokens.js';
import { Conventions, type Problem } from './http-conventions.js';
import type { Reply } from '../support/officer.js';

const FORGERIES = Object.keys(await forgedTokens());

describe('who calls', () => {
  let api: Conventions;
  let forged: Record<string, string>;
  beforeAll(async () => {
    api = await Conventions.start();
    forged = await forgedTokens();
  });
  afterAll(() => api.remit.stop());

  const register = (authorization: string | undefined): Promise<Reply> =>
    api.raw('POST', '/api/v1/parties', {
      headers: { 'content-type': 'application/json', ...(authorization !== undefined && { authorization }) },
      body: JSON.stringify({ kind: 'PERSON', legalName: 'Ewa Lindqvist' }),
    }) as unknown as Promise<Reply>;

  it('is let in with a token that is as it should be', async () => {
    expect((await register(`Bearer ${await makeToken()}`)).status).toBe(201);
  });

  it.each(FORGERIES)('is refused with a token that is %s', async (how) => {
    const { headers, body } = await api.refused(401, 'UNAUTHENTICATED', () => register(`Bearer ${forged[how] ?? ''}`));
    expect(headers.get('www-authenticate')).toBe('Bearer');
    expect(['The token is not valid, or no longer.', 'The token is not for this API.']).toContain(body.detail);
  });

  it.each([
    ['none', undefined],
    ['an empty one', ''],
    ['a password', `Basic ${Buffer.from('intake_ines:secret').toString('base64')}`],
    ['a scheme without a token', 'Bearer '],
  ])('is refused with %s', async (_, authorization) => {
    await api.refused(401, 'UNAUTHENTICATED', () => register(authorization));
  });

  it('gains nothing by roles that the token claims: they are looked up', async () => {
    const claims = { roles: ['ADMIN'], clearance: 'RESTRICTED' };
    const authorization = `Bearer ${await makeToken({ claims })}`;
    await api.refused(
      403,
      'FORBIDDEN',
      () =>
        api.raw('POST', '/api/v1/dev/clock', {
          headers: { 'content-type': 'application/json', authorization },
          body: '{"advanceSeconds":1}',
        }) as unknown as Promise<Reply>,
    );
  });

  it('is refused for the wrong role before anything else is looked at', async () => {
    const { body } = await api.refused(403, 'FORBIDDEN', () =>
      api.remit.as('legal_lena').post('/parties', { unknown: 1 }, { 'idempotency-key': 'not a key' }),
    );
    expect(body.detail).toBe('POST /parties is for INTAKE_OFFICER, SUPERVISOR.');
  });

  it('leaves an audit record, and nothing else, when a high-risk command is refused', async () => {
    const before = await api.content();
    const reply = await api.remit
      .as('intake_ines')
      .post<Problem>(`/parties/${api.partyId}/merge`, {}, { 'if-match': '"1"' });
    expect([reply.status, reply.body.errorCode]).toEqual([403, 'FORBIDDEN']);
    const { 'bus.outbox_event': log, ...after } = await api.content();
    const { 'bus.outbox_event': logBefore, ...untouched } = before;
    expect(after).toEqual(untouched);
    expect(Number.parseInt(log ?? '')).toBe(Number.parseInt(logBefore ?? '') + 1);
  });

  it.each([
    ['a party above the clearance', async () => `/parties/${await restrictedParty()}`],
    ['a case above the clearance', async () => `/cases/${await hiddenCase({ classification: 'RESTRICTED' })}`],
    ['a case of another team', async () => `/cases/${await hiddenCase({ restrictedToTeam: true, team: 'elsewhere' })}`],
  ])('sees of %s just what is seen of something that is not there', async (_, make) => {
    const path = await make();
    const ines = api.remit.as('intake_ines');
    const nowhere = path.replace(/_[0-9A-Z]+$/, '_00000000000000000000000000');
    for (const [method, suffix, body] of [
      ['GET', '', undefined],
      [
        'PATCH',
        path.startsWith('/parties') ? '/profile' : '',
        path.startsWith('/parties') ? { legalName: 'Mine' } : { title: 'Mine' },
      ],
    ] as const) {
      const headers = { 'if-match': '"7"', 'x-correlation-id': 'same' };
      const hidden = await api.refused(404, 'NOT_FOUND', () => ines.send(method, path + suffix, body, headers));
      const absent = await api.refused(404, 'NOT_FOUND', () => ines.send(method, nowhere + suffix, body, headers));
      expect(hidden.text).toBe(absent.text);
      const headersOf = (reply: Reply<Problem>): string[] => [...reply.headers.keys()].sort();
      expect(headersOf(hidden)).toEqual(headersOf(absent));
    }
  });

  async function restrictedParty(): Promise<string> {
    const party = { kind: 'PERSON', legalName: 'Under cover', classification: 'RESTRICTED' };
    const { body } = await api.remit.as('supervisor_sol').post<{ partyId: string }>('/parties', party);
    return body.partyId;
  }

  async function hiddenCase(how: object): Promise<string> {
    const parties = [{ partyId: api.partyId, role: 'SUBJECT' }];
    const { body } = await api.remit
      .as('supervisor_sol')
      .post<{ caseId: string }>('/cases', { caseTypeCode: 'AIR', parties, ...how });
    await investigated(api.remit, body.caseId);
    return body.caseId;
  }
});
