import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApplication, type TestApplication } from '../support/application.js';
import type { Officer } from '../support/officer.js';

interface Described {
  paths: Record<
    string,
    Record<string, { responses: Record<string, { content?: Record<string, { schema: Schema }> }> }>
  >;
}
interface Schema {
  allOf?: { properties?: { errorCode?: { enum: string[] } } }[];
}

describe('the API, for a client that follows what it is told', () => {
  let remit: TestApplication;
  let ines: Officer;
  let partyId: string;
  beforeAll(async () => {
    remit = await startApplication({ configuration: { timeZone: 'Pacific/Kiritimati' } });
    ines = remit.as('intake_ines');
    for (const legalName of ['Ash Ltd', 'Birch Ltd', 'Cedar Ltd'])
      ({ partyId } = (await ines.post<{ partyId: string }>('/parties', { kind: 'ORGANISATION', legalName })).body);
  });
  afterAll(() => remit.stop());

  it('says at its root which version answers, by which time zone it counts, and where to go on', async () => {
    const answer = await fetch(`${remit.baseUrl}/api/v1`);
    expect(answer.status).toBe(200);
    const root = (await answer.json()) as { links: Record<string, string> };
    expect(root).toMatchObject({
      name: 'Remit',
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      timeZone: 'Pacific/Kiritimati',
      links: { self: '/api/v1' },
    });
    for (const path of Object.values(root.links)) {
      const { status } = await fetch(`${remit.baseUrl}${path}`);
      expect([path, status]).toEqual([path, 200]);
    }
  });

  it('answers 304 to a client that has the version already, and the whole to one that has another', async () => {
    const read = (tag: string) => ines.get(`/parties/${partyId}`, { 'if-none-match': tag });
    for (const tag of ['"1"', 'W/"1"', '"7", "1"', '*']) {
      const reply = await read(tag);
      expect([tag, reply.status, reply.text, reply.headers.get('etag')]).toEqual([tag, 304, '', '"1"']);
    }
    expect((await read('"2"')).status).toBe(200);
    expect((await ines.send('HEAD', `/parties/${partyId}`, undefined, { 'if-none-match': '"1"' })).status).toBe(304);
    const change = { 'if-match': '"1"' };
    await ines.send('PATCH', `/parties/${partyId}/profile`, { legalName: 'Cypress Ltd' }, change);
    expect((await read('"1"')).body).toMatchObject({ legalName: 'Cypress Ltd', version: 2 });
  });

  it('never says 304 to whoever may not see it', async () => {
    const hidden = await remit.as('operator_otto').get(`/parties/${partyId}`, { 'if-none-match': '*' });
    expect(hidden.status).toBe(403);
    const none = await ines.get('/parties/pty_01ARZ3NDEKTSV4RRFFQ69G5FAV', { 'if-none-match': '*' });
    expect(none.status).toBe(404);
  });

  it('leads from page to page by links, which end with the last', async () => {
    const seen: string[] = [];
    let path: string | undefined = '/parties?limit=2';
    while (path !== undefined) {
      const { body, headers }: Awaited<ReturnType<typeof page>> = await page(path);
      seen.push(...body.data.map((each) => each.partyId));
      const [, next] = /^<\/api\/v1([^>]+)>; rel="next"$/.exec(headers.get('link') ?? '') ?? [];
      expect(next === undefined).toBe(body.nextCursor === null);
      path = next;
    }
    expect(new Set(seen).size).toBe(3);
  });
  const page = (path: string) => ines.get<{ data: { partyId: string }[]; nextCursor: string | null }>(path);

  it('explains every code that it describes on the page that a problem names as its type', async () => {
    const document = (await (await fetch(`${remit.baseUrl}/api/v1/openapi.json`)).json()) as Described;
    const responses = Object.values(document.paths).flatMap((item) =>
      Object.values(item).flatMap((each) => Object.values(each.responses)),
    );
    const codes = responses.flatMap(({ content }) =>
      (content?.['application/problem+json']?.schema.allOf ?? []).flatMap(
        (each) => each.properties?.errorCode?.enum ?? [],
      ),
    );
    expect(new Set(codes).size).toBeGreaterThan(40);
    for (const code of new Set(codes)) {
      const explained = await fetch(`${remit.baseUrl}/api/docs/problems/${code}`);
      expect([code, explained.status]).toEqual([code, 200]);
      expect(await explained.text()).toContain(code);
    }
    const { body } = await ines.get<{ type: string }>('/parties/none');
    expect((await fetch(`${remit.baseUrl}${body.type}`)).status).toBe(200);
    expect((await fetch(`${remit.baseUrl}/api/docs/problems/NO_SUCH_CODE`)).status).toBe(404);
  });

  it('numbers a case by the year that the authority has, which may have begun where UTC has not', async () => {
    const now = Date.now();
    const noon = Date.UTC(new Date(now).getUTCFullYear(), 11, 31, 12);
    await remit.as('admin_ari').post('/dev/clock', { advanceSeconds: Math.max(1, Math.round((noon - now) / 1000)) });
    const parties = [{ partyId, role: 'SUBJECT' }];
    const { body } = await ines.post<{ caseNumber: string }>('/cases', { caseTypeCode: 'AIR', parties });
    expect(body.caseNumber).toBe(`AIR-${new Date(now).getUTCFullYear() + 1}-000001`);
  });
});
