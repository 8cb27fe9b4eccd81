import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApplication, type TestApplication } from '../support/application.js';

/** Each was found by the requests of `test/contracts/fuzz.slow.test.ts`. */
describe('what requests made from the description have found', () => {
  let remit: TestApplication;
  beforeAll(async () => {
    remit = await startApplication();
  });
  afterAll(() => remit.stop());

  it('is no failure any more: a version of a decision beyond what the database counts is refused', async () => {
    const path = `/decisions/dec_${'0'.repeat(26)}/reasoning`;
    const reply = await remit.as('authority_ada').get(`${path}?decisionVersion=2147483648`);
    expect(reply.body).toMatchObject({ status: 400, invalidParams: [{ name: 'decisionVersion', code: 'MAX' }] });
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
