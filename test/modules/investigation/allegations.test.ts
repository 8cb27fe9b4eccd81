import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../../../src/platform/base/ids.js';
import { RunningInvestigation, type Known } from './running-investigation.js';

describe('an allegation', () => {
  let running: RunningInvestigation;
  let known: Known;
  beforeAll(async () => {
    running = await RunningInvestigation.start();
    known = await running.opened();
  });
  afterAll(() => running.stop());

  const read = async (allegationId: string): Promise<Record<string, unknown>> =>
    (await running.observed.as('investigator_ivo').get(`/allegations/${allegationId}`)).body;

  it('is recorded against a party of the case, told without its statement, and audited', async () => {
    const { caseId, investigationId, partyId } = await running.opened();
    const reply = await running.allege({ ...known, investigationId, partyId });
    const allegationId = String(reply.body.allegationId);
    expect([reply.status, reply.body.version, reply.headers.get('etag')]).toEqual([201, 1, '"1"']);
    expect(reply.headers.get('location')).toBe(`/api/v1/allegations/${allegationId}`);
    const payload = { caseId, investigationId, allegationId, legalBasisCode: 'ACT-12-4', againstPartyId: partyId };
    expect(await read(allegationId)).toMatchObject({
      ...payload,
      statement: 'SECRET-ALLEGED: dyes in the brook.',
      recordedBy: 'investigator_ivo',
      version: 1,
    });
    expect((await running.observed.published(caseId)).at(-1)).toEqual({
      ...{ type: 'AllegationRecorded', aggregateId: allegationId, version: 1 },
      payload,
    });
    expect((await running.observed.audits(caseId)).at(-1)).toMatchObject({
      action: 'RECORD_ALLEGATION',
      actor: { actorId: 'investigator_ivo', role: 'INVESTIGATOR' },
      subject: { caseId, investigationId, allegationId },
      dataUsed: [`${investigationId}@1`],
    });
  });

  it.each([
    ['without a statement', { statement: undefined }, 'statement'],
    ['with a blank statement', { statement: '  \n' }, 'statement'],
    ['with a statement beyond 20,000 characters', { statement: 'x'.repeat(20_001) }, 'statement'],
    ['with a blank legal basis', { legalBasisCode: ' ' }, 'legalBasisCode'],
    ['with a legal basis beyond 100 characters', { legalBasisCode: 'x'.repeat(101) }, 'legalBasisCode'],
    ['against nobody', { againstPartyId: 'Alder Mill' }, 'againstPartyId'],
    ['with a field that nobody knows', { status: 'PROVEN' }, 'status'],
  ])('is refused %s, by the name of the field, and nothing is saved', async (_, change, name) => {
    const before = await running.observed.stored();
    const reply = await running.allege(known, change);
    expect([reply.status, reply.body.errorCode]).toEqual([400, 'VALIDATION_FAILED']);
    const named = reply.body.invalidParams as { name: string }[];
    expect(new Set(named.map((each) => each.name))).toEqual(new Set([name]));
    expect(await running.observed.stored()).toEqual(before);
  });

  it('may be as long as the limits allow', async () => {
    const reply = await running.allege(known, { statement: 'x'.repeat(20_000), legalBasisCode: 'y'.repeat(100) });
    expect(reply.status).toBe(201);
  });

  it('is refused against a party that has no role in the case, whether recorded or amended', async () => {
    const allegationId = await running.alleged(known);
    const before = await running.observed.stored();
    const stranger = { againstPartyId: newId('pty') };
    for (const reply of [
      await running.allege(known, stranger),
      await running.command('PATCH', `/allegations/${allegationId}`, stranger, { version: 1 }),
    ])
      expect([reply.status, reply.body.errorCode]).toEqual([409, 'PARTY_NOT_IN_CASE']);
    expect(await running.observed.stored()).toEqual(before);
  });

  it('is amended at the version that was seen, and at no other', async () => {
    const own = await running.opened();
    const path = `/allegations/${await running.alleged(own)}`;
    const missing = await running.command('PATCH', path, { legalBasisCode: 'REG-7-2' });
    expect([missing.status, missing.body.errorCode]).toEqual([428, 'PRECONDITION_REQUIRED']);
    const amended = await running.command('PATCH', path, { legalBasisCode: 'REG-7-2' }, { version: 1 });
    expect([amended.status, amended.body.version, amended.headers.get('etag')]).toEqual([200, 2, '"2"']);
    const before = await running.observed.stored();
    const stale = await running.command('PATCH', path, { legalBasisCode: 'REG-9' }, { version: 1 });
    expect([stale.status, stale.body.errorCode, stale.body.currentVersion]).toEqual([412, 'VERSION_MISMATCH', 2]);
    const nothing = await running.command('PATCH', path, {}, { version: 2 });
    expect(nothing.body).toMatchObject({ errorCode: 'VALIDATION_FAILED', invalidParams: [{ name: 'body' }] });
    expect(await running.observed.stored()).toEqual(before);
    expect((await running.observed.published(own.caseId)).at(-1)).toMatchObject({
      type: 'AllegationAmended',
      version: 2,
      payload: { legalBasisCode: 'REG-7-2', againstPartyId: own.partyId },
    });
    expect(await read(path.split('/')[2] ?? '')).toMatchObject({
      statement: 'SECRET-ALLEGED: dyes in the brook.',
      legalBasisCode: 'REG-7-2',
    });
  });

  it('is recorded once when the request is repeated with its key, and the key stands for that request alone', async () => {
    const own = await running.opened();
    const key = { 'idempotency-key': newId('cmd') };
    const first = await running.allege(own, {}, key);
    const again = await running.allege(own, {}, key);
    expect([again.status, again.text]).toEqual([201, first.text]);
    const reused = await running.allege(own, { legalBasisCode: 'REG-7-2' }, key);
    expect([reused.status, reused.body.errorCode]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
    const { data } = (
      await running.observed.as('investigator_ivo').get<{ data: unknown[] }>(`/allegations?caseId=${own.caseId}`)
    ).body;
    expect(data).toHaveLength(1);
  });

  it.each(['intake_ines', 'legal_lena', 'authority_ada', 'supervisor_sol', 'admin_ari'])(
    'is not for %s to record',
    async (as) => {
      const reply = await running.allege(known, {}, { as });
      expect([reply.status, reply.body.errorCode]).toEqual([403, 'FORBIDDEN']);
    },
  );

  it('is not recorded in a closed case, nor amended there', async () => {
    const own = await running.opened();
    const allegationId = await running.alleged(own);
    own.reference.status = 'CLOSED';
    const before = await running.observed.stored();
    for (const reply of [
      await running.allege(own),
      await running.command('PATCH', `/allegations/${allegationId}`, { legalBasisCode: 'REG-7-2' }, { version: 1 }),
    ])
      expect([reply.status, reply.body.errorCode]).toEqual([409, 'CASE_CLOSED']);
    expect(await running.observed.stored()).toEqual(before);
  });
});
