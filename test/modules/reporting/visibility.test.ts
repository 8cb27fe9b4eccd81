import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Officer } from '../../support/officer.js';
import { RunningReporting } from './running-reporting.js';
import { CaseStory, linked } from './samples.js';

let reporting: RunningReporting;
beforeAll(async () => {
  reporting = await RunningReporting.start();
});
afterAll(() => reporting.stop());

describe('what a reader may not see', () => {
  it('is not there: above the clearance, or restricted to another team', async () => {
    const mill = await reporting.knownParty('Alder Mill Ltd');
    const [secret] = await reporting.knownCase([{ party: mill }], {
      classification: 'RESTRICTED',
      caseTypeCode: 'AIR',
    });
    const [central, after] = await reporting.knownCase([{ party: mill }], {
      restrictedToTeam: true,
      caseTypeCode: 'AIR',
    });
    expect((await reporting.dossier(secret, after, reporting.ivo)).status).toBe(404);
    expect((await reporting.dossier(central, after, reporting.lena)).status).toBe(404);
    expect((await reporting.dossier(central, after, reporting.ivo)).status).toBe(200);
    expect((await reporting.dossier(secret, after, reporting.sol)).status).toBe(200);
    const listed = async (officer: Officer): Promise<string[]> =>
      (await reporting.worklist('caseTypeCode=AIR', after, officer)).body.data.map(({ caseId }) => caseId);
    expect(await listed(reporting.sol)).toEqual([central.caseId, secret.caseId]);
    expect(await listed(reporting.ivo)).toEqual([central.caseId]);
    expect(await listed(reporting.lena)).toEqual([]);
    const inHistory = async (officer: Officer): Promise<string[]> =>
      (await reporting.history(mill.partyId, after, officer)).body.data.cases.map(({ caseId }) => caseId);
    expect(await inHistory(reporting.sol)).toEqual([central.caseId, secret.caseId]);
    expect(await inHistory(reporting.ivo)).toEqual([central.caseId]);
    expect(await inHistory(reporting.lena)).toEqual([]);
  });

  it('answers not yours and not there with the same bytes', async () => {
    const [secret, after] = await reporting.knownCase([], { classification: 'RESTRICTED' });
    await reporting.dossier(secret, after, reporting.sol);
    const correlation = { 'x-correlation-id': 'same' };
    const paths = [secret.caseId, new CaseStory().caseId, 'case_1', 'case%00'].map((id) => `/cases/${id}/dossier`);
    const replies = await Promise.all(paths.map((path) => reporting.ivo.get(path, correlation)));
    expect(new Set(replies.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(replies[0]?.status).toBe(404);
  });

  it('hides the names of parties above the clearance, and says so', async () => {
    const [mill, tannery] = [
      await reporting.knownParty('Alder Mill Ltd', 'RESTRICTED'),
      await reporting.knownParty('Brook Tannery Ltd'),
    ];
    const [story, after] = await reporting.knownCase([{ party: mill }, { party: tannery, role: 'WITNESS' }], {
      caseTypeCode: 'WASTE',
    });
    const low = await reporting.dossier(story, after, reporting.ivo);
    expect(low.body.data.parties).toMatchObject([
      {
        partyId: mill.partyId,
        partyNameAtRegistration: null,
        currentPartyName: null,
        redacted: ['partyNameAtRegistration', 'currentPartyName'],
      },
      { partyNameAtRegistration: 'Brook Tannery Ltd', currentPartyName: 'Brook Tannery Ltd' },
    ]);
    expect(low.body.data.parties[1]).not.toHaveProperty('redacted');
    expect(low.text).not.toContain('Alder');
    expect((await reporting.dossier(story, after, reporting.sol)).body.data.parties[0]?.currentPartyName).toBe(
      'Alder Mill Ltd',
    );
    const list = await reporting.worklist('caseTypeCode=WASTE', after);
    expect(list.body.data[0]?.subjects).toEqual([
      { partyId: mill.partyId, currentPartyName: null, redacted: ['currentPartyName'] },
    ]);
    expect((await reporting.history(mill.partyId, after, reporting.ivo)).status).toBe(404);
    expect((await reporting.history(mill.partyId, after, reporting.sol)).status).toBe(200);
  });

  it('hides a survivor above the clearance behind those merged into it', async () => {
    const [mill, tannery] = [
      await reporting.knownParty('Alder Mill Ltd'),
      await reporting.knownParty('Brook Tannery Ltd', 'RESTRICTED'),
    ];
    const [ofMill] = await reporting.knownCase([{ party: mill }]);
    await reporting.knownCase([{ party: tannery }]);
    const merged = await reporting.append(mill.mergedInto(tannery, 'Brook Tannery Ltd'));
    const { body, text } = await reporting.history(mill.partyId, merged, reporting.ivo);
    expect(body.data).toMatchObject({ currentPartyName: null, redacted: ['currentPartyName'] });
    expect(body.data.cases).toMatchObject([{ caseId: ofMill.caseId, partyNameAtRegistration: 'Alder Mill Ltd' }]);
    expect(text).not.toContain('Brook');
  });

  it('hides a link to a case that is not theirs to see', async () => {
    const [open] = await reporting.knownCase([]);
    const [secret] = await reporting.knownCase([], { classification: 'RESTRICTED' });
    const link = await reporting.append(linked(open, secret));
    expect((await reporting.dossier(open, link, reporting.ivo)).body.data.links).toEqual([]);
    expect((await reporting.dossier(open, link, reporting.sol)).body.data.links).toMatchObject([
      { linkedCaseId: secret.caseId },
    ]);
  });
});
