import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApplication, type TestApplication } from '../support/application.js';
import { asServerAdministrator } from '../support/database.js';

/** Each was found by the requests of `test/contracts/fuzz.slow.test.ts`. */
describe('what requests made from the description have found', () => {
  let remit: TestApplication;
  beforeAll(async () => {
    remit = await startApplication();
  });
  afterAll(() => remit.stop());

  async function registered(): Promise<{ caseId: string }> {
    const ines = remit.as('intake_ines');
    const { body: party } = await ines.post<{ partyId: string }>('/parties', {
      kind: 'PERSON',
      legalName: 'Ewa Lindqvist',
    });
    const parties = [{ partyId: party.partyId, role: 'SUBJECT' }];
    return (await ines.post<{ caseId: string }>('/cases', { caseTypeCode: 'WAT', parties })).body;
  }

  it('is no failure any more: a version of a decision beyond what the database counts is refused', async () => {
    const path = `/decisions/dec_${'0'.repeat(26)}/reasoning`;
    const reply = await remit.as('authority_ada').get(`${path}?decisionVersion=2147483648`);
    expect(reply.body).toMatchObject({ status: 400, invalidParams: [{ name: 'decisionVersion', code: 'MAX' }] });
  });

  it('is no failure any more: a media type holds no line break, and one that was taken before is answered without', async () => {
    const cleo = remit.as('custodian_cleo');
    const { caseId } = await registered();
    const item = { caseId, title: 'Survey', classification: 'INTERNAL', collectedBy: 'Ivo', collectedAt: '2026-01-01T00:00:00Z' }; // prettier-ignore
    const refused = await cleo.post('/evidence', { ...item, mediaType: 'text/plain;\ncharset=utf-8' });
    expect(refused.body).toMatchObject({ status: 400, invalidParams: [{ name: 'mediaType' }] });

    const { body } = await cleo.post<{ evidenceId: string }>('/evidence', {
      ...item,
      mediaType: 'text/plain;charset=utf-8',
    });
    const content = `/evidence/${body.evidenceId}/content`;
    await cleo.send('PUT', content, 'Weir', { 'content-type': 'application/octet-stream', 'if-match': '"1"' });
    await asServerAdministrator(
      (admin) => admin.query(`UPDATE evidence.evidence_item SET media_type = E'text/plain;\\ncharset=utf-8'`),
      remit.database.url,
    );
    const { status, headers } = await cleo.get(content);
    expect([status, headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8']);
  });

  it('is described now: what of an address or a contact preference was given as null is null in the answer', async () => {
    const ines = remit.as('intake_ines');
    const address = { line1: 'Mill Lane 4', line2: null, city: 'Larkmere', region: null, postalCode: '1010', country: 'AT' }; // prettier-ignore
    const contactPreference = { channel: 'PORTAL', language: null };
    const party = { kind: 'PERSON', legalName: 'Ewa Lindqvist', address, contactPreference };
    const { body } = await ines.post<{ partyId: string }>('/parties', party);
    // Whether it is described is checked of every answer, here as everywhere.
    expect((await ines.get(`/parties/${body.partyId}`)).body).toMatchObject({ address, contactPreference });
  });

  it('is described now: a query that is none is refused also where no parameter is taken', async () => {
    const answer = await fetch(`${remit.baseUrl}/api/v1?__proto__=1`);
    expect(await answer.json()).toMatchObject({ status: 400, invalidParams: [{ name: '__proto__' }] });
  });
});
