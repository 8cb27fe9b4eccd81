import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ShownRecord } from '../../../src/modules/audit/stored-record.js';
import { newId } from '../../../src/platform/base/ids.js';
import { startAudit, type AuditApplication } from './audit-application.js';
import { staged } from './samples.js';

interface List {
  data: ShownRecord[];
  nextCursor: string | null;
}

interface Trail extends List {
  projection: { lastEventId: string; freshnessStatus: string; lagSeconds: number };
  waitedFor?: string;
}

describe('audit records', () => {
  let audit: AuditApplication;
  beforeAll(async () => {
    audit = await startAudit();
  });
  afterAll(() => audit.stop());

  const trailOf = (caseId: string, query = ''): Promise<{ status: number; body: Trail }> =>
    audit.as('auditor_aude').get<Trail>(`/cases/${caseId}/audit-trail${query}`);

  it('form the trail of a case, oldest first, each with all that was staged and its place in the chain', async () => {
    const caseId = newId('case');
    const records = Array.from({ length: 3 }, () => staged({ subject: { caseId } }));
    const eventIds = await audit.stage(...records, staged({ subject: { caseId: newId('case') } }));
    const { status, body } = await trailOf(caseId, `?waitForEventId=${eventIds[3] ?? ''}`);
    expect(status).toBe(200);
    expect(body.data).toMatchObject(records);
    expect(body.data.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(body.data[0]?.previousHash).toBe('0'.repeat(64));
    expect(body.data[1]?.previousHash).toBe(body.data[0]?.hash);
    expect(body.data[2]).toMatchObject({ chain: caseId, eventId: eventIds[2], producer: 'party' });
    expect(body.projection).toMatchObject({ lastEventId: eventIds[2], freshnessStatus: 'WITHIN_SLO' });
    expect(body).not.toHaveProperty('waitedFor');
  });

  it('are paged through without one missing, while more arrive', async () => {
    const caseId = newId('case');
    const records = Array.from({ length: 5 }, () => staged({ subject: { caseId } }));
    const eventIds = await audit.stage(...records);
    const first = await trailOf(caseId, `?limit=2&waitForEventId=${eventIds.at(-1) ?? ''}`);
    const [late] = await audit.stage(staged({ subject: { caseId } }));
    const rest = await trailOf(caseId, `?limit=10&waitForEventId=${late ?? ''}&cursor=${first.body.nextCursor ?? ''}`);
    expect([...first.body.data, ...rest.body.data].map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(rest.body.nextCursor).toBeNull();
  });

  it('of a case that has none are not found, whatever is waited for', async () => {
    const unknown = newId('case');
    expect((await trailOf(unknown)).status).toBe(404);
    expect((await trailOf('party')).status).toBe(404);
    expect((await trailOf(unknown, `?waitForEventId=${newId('evt')}&timeoutMs=50`)).status).toBe(404);
  });

  it('are answered as they are when the event does not come in time, and the answer says so', async () => {
    const caseId = newId('case');
    const [eventId] = await audit.stage(staged({ subject: { caseId } }));
    await trailOf(caseId, `?waitForEventId=${eventId ?? ''}`);
    const { status, body } = await trailOf(caseId, `?waitForEventId=${newId('evt')}&timeoutMs=50`);
    expect(status).toBe(200);
    expect(body.waitedFor).toBe('TIMED_OUT');
    expect(body.data).toHaveLength(1);
  });

  it('that come again are ignored, under another event too, and the chain goes on', async () => {
    const caseId = newId('case');
    const [one, two, three] = [0, 1, 2].map(() => staged({ subject: { caseId } }));
    if (!one || !two || !three) throw new Error('There are three.');
    await audit.stage(one, two, one);
    const [last] = await audit.stage(two, three).then((ids) => ids.slice(-1));
    const { body } = await trailOf(caseId, `?waitForEventId=${last ?? ''}`);
    expect(body.data.map(({ auditId, seq }) => [auditId, seq])).toEqual([
      [one.auditId, 1],
      [two.auditId, 2],
      [three.auditId, 3],
    ]);
    // A repeat that was tried and failed would be waiting to be tried again.
    expect(body.projection.freshnessStatus).toBe('WITHIN_SLO');
  });

  it('that contradict an earlier one are parked, and all others are kept', async () => {
    const caseId = newId('case');
    const first = staged({ subject: { caseId } });
    const other = { ...first, action: 'REJECT_DECISION' };
    const next = staged({ subject: { caseId } });
    const ids = await audit.stage(first, other, next);
    const { body } = await trailOf(caseId, `?waitForEventId=${ids[2] ?? ''}`);
    expect(body.data.map(({ auditId, action }) => [auditId, action])).toEqual([
      [first.auditId, first.action],
      [next.auditId, next.action],
    ]);
    expect(body.projection.freshnessStatus).toBe('STALE');
    expect((await trailOf(caseId, `?waitForEventId=${ids[1] ?? ''}&timeoutMs=0`)).body.waitedFor).toBe('TIMED_OUT');
  });

  it('are found by case, party, actor, action and time, oldest first', async () => {
    const partyId = newId('pty');
    const caseId = newId('case');
    const at = (day: number): string => `2031-01-0${String(day)}T08:00:00.000Z`;
    const ofParty = staged({ subject: { partyId }, occurredAt: at(1), action: 'MERGE_PARTY' });
    const ofBoth = staged({ subject: { caseId, partyId }, occurredAt: at(3), action: 'ADD_CASE_PARTY' });
    const ofCase = staged({ subject: { caseId }, occurredAt: at(2), actor: { actorId: 'özge', role: 'SUPERVISOR' } });
    const ids = await audit.stage(ofParty, ofBoth, ofCase);
    await trailOf(caseId, `?waitForEventId=${ids.at(-1) ?? ''}`);

    const found = async (query: string): Promise<string[]> => {
      const { status, body } = await audit.as('auditor_aude').get<List>(`/audit/records?${query}`);
      expect(status).toBe(200);
      return body.data.map(({ auditId }) => auditId);
    };
    expect(await found(`caseId=${caseId}`)).toEqual([ofCase.auditId, ofBoth.auditId]);
    expect(await found(`partyId=${partyId}`)).toEqual([ofParty.auditId, ofBoth.auditId]);
    expect(await found('actorId=%C3%B6zge')).toEqual([ofCase.auditId]);
    expect(await found(`action=ADD_CASE_PARTY&partyId=${partyId}`)).toEqual([ofBoth.auditId]);
    expect(await found(`from=${at(1)}&to=${at(3)}`)).toEqual([ofParty.auditId, ofCase.auditId]);
    expect(await found('from=2031-01-02')).toEqual([ofCase.auditId, ofBoth.auditId]);

    const { body: page } = await audit.as('auditor_aude').get<List>('/audit/records?limit=2&from=2031-01-01');
    expect(await found(`from=2031-01-01&cursor=${page.nextCursor ?? ''}`)).toEqual([ofBoth.auditId]);
  });

  it('are read one by one', async () => {
    const caseId = newId('case');
    const record = staged({ subject: { caseId } });
    const [eventId] = await audit.stage(record);
    await trailOf(caseId, `?waitForEventId=${eventId ?? ''}`);
    const { status, body } = await audit.as('auditor_aude').get(`/audit/records/${record.auditId}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ ...record, seq: 1, eventId });
    for (const unknown of [newId('audit'), '%00'])
      expect((await audit.as('auditor_aude').get(`/audit/records/${unknown}`)).status).toBe(404);
  });

  it('are for auditors, the trail of a case for supervisors too', async () => {
    const caseId = newId('case');
    const [eventId] = await audit.stage(staged({ subject: { caseId } }));
    const statuses = async (actorId: string): Promise<number[]> => {
      const paths = [
        `/cases/${caseId}/audit-trail?waitForEventId=${eventId ?? ''}`,
        '/audit/records',
        '/audit/verification',
      ];
      const replies = await Promise.all(paths.map((path) => audit.as(actorId).get(path)));
      return replies.map(({ status }) => status);
    };
    expect(await statuses('auditor_aude')).toEqual([200, 200, 200]);
    expect(await statuses('supervisor_sol')).toEqual([200, 403, 403]);
    expect(await statuses('investigator_ivo')).toEqual([403, 403, 403]);
    expect(await statuses('operator_otto')).toEqual([403, 403, 403]);
  });

  it.each([
    '/audit/records?action=approve',
    '/audit/records?caseId=case_1',
    '/audit/records?from=yesterday',
    '/audit/records?from=2026-02-30',
    '/audit/records?from=2026-01-01T10:00:00',
    '/audit/records?from=2026-01-01T10Z',
    '/audit/records?from=2026-01-01T23:59:60Z',
    '/audit/records?to=2026-01-01T25:00Z',
    '/audit/records?actorId=%00',
    '/audit/records?sort=-occurredAt',
    `/audit/records?cursor=${Buffer.from('["2026-02-30T00:00:00.000Z","audit_1"]').toString('base64url')}`,
    `/audit/records?cursor=${Buffer.from('["2026-02-20T00:00:00.000Z","\\u0000"]').toString('base64url')}`,
    `/cases/${newId('case')}/audit-trail?cursor=${Buffer.from('["last"]').toString('base64url')}`,
    `/cases/${newId('case')}/audit-trail?timeoutMs=10001`,
    `/cases/${newId('case')}/audit-trail?waitForEventId=evt_1`,
    `/cases/${newId('case')}/audit-trail?limit=101`,
    `/audit/verification?module=party&caseId=${newId('case')}`,
    `/audit/verification?cursor=${Buffer.from('["\\u0000"]').toString('base64url')}`,
  ])('are not looked for by what cannot be meant: %s', async (path) => {
    const { status, body } = await audit.as('auditor_aude').get(path);
    expect([status, body.errorCode]).toEqual([400, 'VALIDATION_FAILED']);
  });
});
