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
  body: {
    caseId: string;
    data: { auditId: string; subject: { caseId?: string; partyId?: string } | string }[];
    nextCursor: string | null;
    chains: number;
    records: number;
  };
}

const caseOf = ({ subject }: Answer['body']['data'][number]): string | undefined =>
  typeof subject === 'string' ? undefined : subject.caseId;

describe('audit records of a case above the clearance', () => {
  let remit: TestApplication;
  let [open, secret, hiddenParty] = ['', '', ''];
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
    const hidden = await send('supervisor_sol', '/parties', {
      kind: 'PERSON',
      legalName: 'Ida Low',
      classification: 'RESTRICTED',
    });
    hiddenParty = (hidden.body as unknown as { partyId: string }).partyId;
    await eventually(
      () => send('auditor_aude', `/audit/records?partyId=${hiddenParty}`),
      ({ body }) => body.data.length > 0,
    );
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
    const ofSecret = all.filter((record) => caseOf(record) === secret);
    expect(ofSecret.length).toBeGreaterThan(0);
    const shown = (await send('auditor_low', '/audit/records?limit=100')).body.data;
    expect(shown.some((record) => caseOf(record) === open)).toBe(true);
    expect(JSON.stringify(shown)).not.toContain(secret);
    expect((await send('auditor_low', `/audit/records?caseId=${secret}`)).body.data).toEqual([]);
    const [first] = ofSecret;
    const record = `/audit/records/${first?.auditId ?? ''}`;
    expect([(await send('auditor_aude', record)).status, (await send('auditor_low', record)).status]).toEqual([
      200, 404,
    ]);
  });

  it('are not counted either: every page is full, and no cursor is the place of one', async () => {
    const everything = (await send('auditor_aude', '/audit/records?limit=100')).body.data;
    const wanted = (await send('auditor_low', '/audit/records?limit=100')).body.data.map(({ auditId }) => auditId);
    expect(wanted.length).toBeLessThan(everything.length);
    const paged: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { data, nextCursor }: Answer['body'] = (
        await send('auditor_low', `/audit/records?limit=1${cursor && `&cursor=${cursor}`}`)
      ).body;
      expect(data).toHaveLength(1);
      const place = Buffer.from(nextCursor ?? '', 'base64url').toString('utf8');
      expect(nextCursor === null || place.includes(data[0]?.auditId ?? '?')).toBe(true);
      paged.push(...data.map(({ auditId }) => auditId));
      cursor = nextCursor;
    }
    expect(paged).toEqual(wanted);
  });

  it('are in no verification of an auditor below, whose chains are as if they were not there', async () => {
    const [whole, low] = await Promise.all([
      send('auditor_aude', '/audit/verification'),
      send('auditor_low', '/audit/verification'),
    ]);
    expect(JSON.stringify(whole.body)).toContain(secret);
    expect(JSON.stringify(low.body)).not.toMatch(new RegExp(`${secret}|${hiddenParty}`));
    expect(low.body.chains).toBe(whole.body.chains - 2);
    const [ofSecret, ofNone] = await Promise.all(
      [secret, 'case_01J0Z9T40BW1K2JDGFSY73C9R3'].map((caseId) =>
        send('auditor_low', `/audit/verification?caseId=${caseId}`),
      ),
    );
    expect(JSON.stringify(ofSecret?.body).replace(secret, '')).toBe(
      JSON.stringify(ofNone?.body).replace('case_01J0Z9T40BW1K2JDGFSY73C9R3', ''),
    );
  });

  it('of a party above the clearance are not there for an auditor below', async () => {
    const ofParty = `/audit/records?partyId=${hiddenParty}`;
    const [record] = (await send('auditor_aude', ofParty)).body.data;
    expect(record).toMatchObject({ subject: { partyId: hiddenParty } });
    expect((await send('auditor_low', ofParty)).body.data).toEqual([]);
    expect((await send('auditor_low', `/audit/records/${record?.auditId ?? ''}`)).status).toBe(404);
  });

  it('keep an auditor below waiting for an event as long as those of a case that is not there', async () => {
    const outcomes = await Promise.all(
      [secret, 'case_01J0Z9T40BW1K2JDGFSY73C9R3'].map(async (caseId) => {
        const began = performance.now();
        const wait = 'waitForEventId=evt_01J0Z9T40BW1K2JDGFSY73C9R3&timeoutMs=300';
        const { status } = await send('auditor_low', `/cases/${caseId}/audit-trail?${wait}`);
        return { status, waited: performance.now() - began >= 300 };
      }),
    );
    expect(outcomes).toEqual([
      { status: 404, waited: true },
      { status: 404, waited: true },
    ]);
  });

  it('cost the owner of the cases as much when a page is of a hundred of them as when it is of one', async () => {
    const from = new Date().toISOString();
    for (let more = 0; more < 10; more += 1)
      await Promise.all(Array.from({ length: 10 }, () => register('CONFIDENTIAL')));
    // Afterwards nobody but us has Case Registry look for these cases.
    await eventually(
      () => send('supervisor_sol', '/cases?status=REGISTERED'),
      ({ body }) => body.data.length === 0,
    );
    const page = `/audit/records?action=REGISTER_CASE&from=${from}`;
    const casesIn = async (limit: number): Promise<number> => {
      const { data } = (await send('auditor_low', `${page}&limit=${limit}`)).body;
      return new Set(data.map(caseOf)).size;
    };
    await eventually(
      () => casesIn(100),
      (count) => count === 100,
    );
    const [asked, queried] = [jest.spyOn(Bus.prototype, 'ask'), jest.spyOn(ModuleDatabase.prototype, 'query')];
    const costOf = async (limit: number): Promise<{ cases: number; questions: number; statements: number }> => {
      [asked, queried].forEach((each) => each.mockClear());
      const cases = await casesIn(limit);
      const statements = queried.mock.calls.filter(([{ text }]) => OF_CASES.test(text)).length;
      return { cases, questions: asked.mock.calls.length, statements };
    };
    expect(await costOf(1)).toEqual({ cases: 1, questions: 1, statements: 3 });
    expect(await costOf(100)).toEqual({ cases: 100, questions: 1, statements: 3 });
  });
});
