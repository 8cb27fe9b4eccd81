import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApplication, type TestApplication } from '../support/application.js';

describe('registering a case', () => {
  let remit: TestApplication;
  beforeAll(async () => {
    remit = await startApplication();
  });
  afterAll(() => remit.stop());

  async function registerParty(legalName: string): Promise<string> {
    const { body } = await remit
      .as('intake_ines')
      .post<{ partyId: string }>('/parties', { kind: 'ORGANISATION', legalName });
    return body.partyId;
  }

  it('numbers forty registrations at once without gap or repeat', async () => {
    const ines = remit.as('intake_ines');
    const partyId = await registerParty('Brook Tannery Ltd');
    const parties = [{ partyId, role: 'SUBJECT' }];
    const replies = await Promise.all(
      Array.from({ length: 40 }, () => ines.post<{ caseNumber: string }>('/cases', { caseTypeCode: 'WASTE', parties })),
    );
    expect(replies.map(({ status }) => status)).toEqual(Array(40).fill(201));
    const year = new Date().getUTCFullYear();
    const wanted = Array.from({ length: 40 }, (_, index) => `WASTE-${year}-${String(index + 1).padStart(6, '0')}`);
    expect(replies.map(({ body }) => body.caseNumber).sort()).toEqual(wanted);
  });

  it('shows a link only to those who may see both cases', async () => {
    const parties = [{ partyId: await registerParty('Cedar Works Ltd'), role: 'SUBJECT' }];
    const sol = remit.as('supervisor_sol');
    const register = async (classification: string): Promise<string> =>
      (await sol.post<{ caseId: string }>('/cases', { caseTypeCode: 'GEN', classification, parties })).body.caseId;
    const [open, hidden] = [await register('INTERNAL'), await register('RESTRICTED')];
    const linked = await sol.post(`/cases/${open}/links`, { linkedCaseId: hidden, relation: 'RELATED' });
    expect(linked.status).toBe(201);
    interface Linked {
      links: { linkedCaseId: string }[];
    }
    expect((await sol.get<Linked>(`/cases/${open}`)).body.links).toMatchObject([{ linkedCaseId: hidden }]);
    expect((await remit.as('intake_ines').get<Linked>(`/cases/${open}`)).body.links).toEqual([]);
  });

  it('answers twelve concurrent repeats of one key with one case and identical bytes', async () => {
    const ines = remit.as('intake_ines');
    const partyId = await registerParty('Alder Mill Ltd');
    const body = { caseTypeCode: 'AIR', parties: [{ partyId, role: 'SUBJECT' }] };
    const replies = await Promise.all(
      Array.from({ length: 12 }, () => ines.post('/cases', body, { 'idempotency-key': 'twelve' })),
    );
    expect(new Set(replies.map(({ text }) => text)).size).toBe(1);
    expect(new Set(replies.map(({ headers }) => headers.get('location'))).size).toBe(1);
    expect(replies.every(({ status }) => status === 201)).toBe(true);
    const { body: list } = await ines.get<{ data: unknown[] }>(`/cases?partyId=${partyId}`);
    expect(list.data).toHaveLength(1);
  });
});
