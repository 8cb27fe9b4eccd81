import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Actor } from '../../src/platform/context.js';
import { DevelopmentIssuer } from '../../src/platform/identity/development-issuer.js';
import { DEMO_ACTORS } from '../../src/platform/identity/directories.js';
import { startApplication, TEST_SEED, type TestApplication } from '../support/application.js';
import { eventually } from '../support/eventually.js';
import { makeToken } from '../support/tokens.js';

/** Those who watch over cases, cleared for less than the demo officers of these roles. */
const LOW: Actor[] = [
  { actorId: 'supervisor_low', roles: ['SUPERVISOR'], clearance: 'CONFIDENTIAL', team: 'central' },
  { actorId: 'auditor_low', roles: ['AUDITOR'], clearance: 'CONFIDENTIAL', team: 'audit' },
];

interface Answer {
  status: number;
  body: { caseId: string; data: { auditId: string; subject: { caseId?: string } }[] };
}

describe('audit records of a case above the clearance', () => {
  let remit: TestApplication;
  let [open, secret] = ['', ''];
  const directory = {
    actorFor: ({ subject }: { subject: string }) =>
      LOW.find(({ actorId }) => actorId === subject) ?? DEMO_ACTORS.get(subject),
  };
  const send = async (subject: string, path: string, body?: object): Promise<Answer> => {
    const authorization = `Bearer ${await makeToken({ subject })}`;
    const response = await fetch(`${remit.baseUrl}/api/v1${path}`, {
      headers: { authorization, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Answer['body'] };
  };

  beforeAll(async () => {
    remit = await startApplication({ identity: { verifier: new DevelopmentIssuer(TEST_SEED), directory } });
    const party = await send('supervisor_sol', '/parties', { kind: 'PERSON', legalName: 'Ada Rowe' });
    const parties = [{ partyId: (party.body as unknown as { partyId: string }).partyId, role: 'SUBJECT' }];
    const register = async (classification: string): Promise<string> =>
      (await send('supervisor_sol', '/cases', { caseTypeCode: 'GEN', classification, parties })).body.caseId;
    [open, secret] = [await register('CONFIDENTIAL'), await register('RESTRICTED')];
    for (const caseId of [open, secret])
      await eventually(
        () => send('auditor_aude', `/cases/${caseId}/audit-trail`),
        ({ status }) => status === 200,
      );
  });
  afterAll(() => remit.stop());

  it.each(['supervisor_low', 'auditor_low'])('are not there for %s, as the case is not', async (actor) => {
    const trails = [open, secret].map((caseId) => send(actor, `/cases/${caseId}/audit-trail`));
    expect((await Promise.all(trails)).map(({ status }) => status)).toEqual([200, 404]);
    expect((await send(actor, `/cases/${secret}`)).status).toBe(404);
  });

  it('are in no list of an auditor below, and are not found by their id', async () => {
    const all = (await send('auditor_aude', '/audit/records?limit=100')).body.data;
    const ofSecret = all.filter(({ subject }) => subject.caseId === secret);
    expect(ofSecret.length).toBeGreaterThan(0);
    const shown = (await send('auditor_low', '/audit/records?limit=100')).body.data;
    expect(shown.some(({ subject }) => subject.caseId === open)).toBe(true);
    expect(JSON.stringify(shown)).not.toContain(secret);
    expect((await send('auditor_low', `/audit/records?caseId=${secret}`)).body.data).toEqual([]);
    const [first] = ofSecret;
    const record = `/audit/records/${first?.auditId ?? ''}`;
    expect([(await send('auditor_aude', record)).status, (await send('auditor_low', record)).status]).toEqual([
      200, 404,
    ]);
  });
});
