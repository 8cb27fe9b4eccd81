import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApplication, type TestApplication } from '../support/application.js';
import { asServerAdministrator } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import type { Reply } from '../support/officer.js';

const NAME = 'Kanarienvogel Plating Ltd';

interface Named {
  parties: {
    partyId: string;
    partyNameAtRegistration: string | null;
    currentPartyName: string | null;
    redacted?: string[];
  }[];
}

describe('the name of a party above the clearance', () => {
  let remit: TestApplication;
  beforeAll(async () => {
    remit = await startApplication();
  });
  afterAll(() => remit.stop());

  const register = async (legalName: string, classification: string): Promise<string> =>
    (
      await remit
        .as('supervisor_sol')
        .post<{ partyId: string }>('/parties', { kind: 'ORGANISATION', legalName, classification })
    ).body.partyId;
  const caseAgainst = async (...partyIds: string[]): Promise<string> => {
    const parties = partyIds.map((partyId) => ({ partyId, role: 'SUBJECT' }));
    const { body } = await remit
      .as('supervisor_sol')
      .post<{ caseId: string }>('/cases', { caseTypeCode: 'WASTE', parties });
    return body.caseId;
  };
  const read = (caseId: string, actorId = 'investigator_ivo'): Promise<Reply<Named>> =>
    remit.as(actorId).get<Named>(`/cases/${caseId}`);
  it('is asked of its owner where the cache knows no classification', async () => {
    const [open, secret] = [await register('Cedar Works Ltd', 'INTERNAL'), await register(NAME, 'RESTRICTED')];
    const caseId = await caseAgainst(open, secret);
    await eventually(
      () => read(caseId, 'supervisor_sol'),
      ({ text }) => text.includes('Cedar Works Ltd'),
    );
    await asServerAdministrator(
      (admin) => admin.query('UPDATE case_registry.party_name SET classification = NULL'),
      remit.database.url,
    );
    const { text, body } = await read(caseId);
    expect(text).not.toContain('Kanarienvogel');
    expect(body.parties.map(({ currentPartyName }) => currentPartyName)).toEqual(['Cedar Works Ltd', null]);
  });
});
