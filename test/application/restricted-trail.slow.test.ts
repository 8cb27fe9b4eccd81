import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { DEMO_ACTORS } from '../../src/casework/identity/demo-officers.js';
import type { Actor } from '../../src/platform/base/context.js';
import { ModuleDatabase } from '../../src/platform/database/module-database.js';
import { DevelopmentIssuer } from '../../src/platform/identity/development-issuer.js';

import { Bus } from '../../src/platform/messaging/bus.js';
import { startApplication, TEST_SEED, type TestApplication } from '../support/application.js';
import { eventually } from '../support/eventually.js';
import { makeToken } from '../support/tokens.js';

/** Those who watch over cases, cleared for less than the demo officers of these roles. */
const LOW: Actor[] = [
  { actorId: 'supervisor_low', roles: ['SUPERVISOR'], clearance: 'CONFIDENTIAL', team: 'central' },
  { actorId: 'auditor_low', roles: ['AUDITOR'], clearance: 'CONFIDENTIAL', team: 'audit' },
];

/** Statements of Case Registry about the cases that it is asked for. */
const OF_CASES = /FROM "?(case_registry"?\."?)?case_(header|lifecycle|party)\b/;

interface Answer {
  status: number;
  body: { caseId: string; data: { auditId: string; subject: { caseId?: string } }[] };
}

describe('audit records of a case above the clearance', () => {
  let remit: TestApplication;
  let [open, secret] = ['', ''];
  let register: (classification: string) => Promise<string>;
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
    remit = await startApplication({
      identity: { verifier: new DevelopmentIssuer(TEST_SEED), directory },
    });
    const party = await send('supervisor_sol', '/parties', { kind: 'PERSON', legalName: 'Ada Rowe' });
    const parties = [{ partyId: (party.body as unknown as { partyId: string }).partyId, role: 'SUBJECT' }];
    register = async (classification) =>
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

  it('cost the owner of the cases as much when a page is of a hundred of them as when it is of one', async () => {
    for (let more = 0; more < 10; more += 1)
      await Promise.all(Array.from({ length: 10 }, () => register('CONFIDENTIAL')));
    // Afterwards nobody but us has Case Registry look for these cases.
    await eventually(
      () => send('supervisor_sol', '/cases?status=REGISTERED'),
      ({ body }) => body.data.length === 0,
    );
    const page = '/audit/records?action=REGISTER_CASE';
    const casesIn = async (limit: number): Promise<number> => {
      const { data } = (await send('auditor_low', `${page}&limit=${limit}`)).body;
      return new Set(data.map(({ subject }) => subject.caseId)).size;
    };
    await eventually(
      () => casesIn(100),
      (count) => count >= 99,
    );
    const [asked, queried] = [jest.spyOn(Bus.prototype, 'ask'), jest.spyOn(ModuleDatabase.prototype, 'query')];
    const costOf = async (limit: number): Promise<{ cases: number; questions: number; statements: number }> => {
      [asked, queried].forEach((each) => each.mockClear());
      const cases = await casesIn(limit);
      const statements = queried.mock.calls.filter(([{ text }]) => OF_CASES.test(text)).length;
      return { cases, questions: asked.mock.calls.length, statements };
    };
    expect(await costOf(1)).toEqual({ cases: 1, questions: 1, statements: 3 });
    expect(await costOf(100)).toEqual({ cases: 99, questions: 1, statements: 3 });
  });
});
