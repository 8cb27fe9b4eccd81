import { beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import type { Reply } from '../support/officer.js';
import { theApplication, type Remit } from '../support/remit.js';

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
  let remit: Remit;
  beforeAll(async () => {
    remit = await theApplication();
  });

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
  const reclassify = async (partyId: string, version: number, classification: string): Promise<void> => {
    const change = { classification };
    await remit
      .as('supervisor_sol')
      .send('PATCH', `/parties/${partyId}/profile`, change, { 'if-match': `"${version}"` });
  };

  it('is withheld by the owner of the case too, and says so', async () => {
    const caseId = await caseAgainst(
      await register(NAME, 'RESTRICTED'),
      await register('Brook Tannery Ltd', 'INTERNAL'),
    );
    const low = await read(caseId);
    expect(low.text).not.toContain('Kanarienvogel');
    expect(low.body.parties).toMatchObject([
      {
        partyNameAtRegistration: null,
        currentPartyName: null,
        redacted: ['partyNameAtRegistration', 'currentPartyName'],
      },
      { partyNameAtRegistration: 'Brook Tannery Ltd', currentPartyName: 'Brook Tannery Ltd' },
    ]);
    expect(low.body.parties[1]).not.toHaveProperty('redacted');
    expect((await read(caseId, 'supervisor_sol')).body.parties[0]?.currentPartyName).toBe(NAME);
  });

  it('is withheld from when the party is reclassified, and shown again when it is lowered', async () => {
    const partyId = await register(NAME, 'INTERNAL');
    const caseId = await caseAgainst(partyId);
    expect((await read(caseId)).text).toContain(NAME);
    await reclassify(partyId, 1, 'RESTRICTED');
    await eventually(
      () => read(caseId),
      ({ text }) => !text.includes('Kanarienvogel'),
    );
    await reclassify(partyId, 2, 'CONFIDENTIAL');
    const again = await eventually(
      () => read(caseId),
      ({ text }) => text.includes(NAME),
    );
    expect(again.body.parties[0]).not.toHaveProperty('redacted');
  });

  it('is withheld where it is the name of a survivor, from those who may know the party that was merged', async () => {
    const [partyId, survivor] = [await register('Alder Mill Ltd', 'INTERNAL'), await register(NAME, 'RESTRICTED')];
    const caseId = await caseAgainst(partyId);
    await remit
      .as('supervisor_sol')
      .post(`/parties/${partyId}/merge`, { intoPartyId: survivor, reason: 'The same' }, { 'if-match': '"1"' });
    const { body, text } = await eventually(
      () => read(caseId),
      (reply) => reply.body.parties[0]?.redacted !== undefined,
    );
    expect(text).not.toContain('Kanarienvogel');
    expect(body.parties).toMatchObject([
      { currentPartyName: null, redacted: ['partyNameAtRegistration', 'currentPartyName'] },
    ]);
  });
});
