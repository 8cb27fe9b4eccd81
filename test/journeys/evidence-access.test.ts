import { beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { anApplication, theApplication } from '../support/remit.js';
import { EvidenceCase, inDays, sha256, type Problem } from './evidence-case.js';

const CONTENT = 'The valve was open at 06:40.\n';
const UNKNOWN = 'case_01KA9ZB3F6G9H2J5K8M1N4P7Q0';

describe('evidence', () => {
  let there: EvidenceCase;
  beforeAll(async () => {
    there = await EvidenceCase.of(await theApplication());
  });
  const as = (actorId: string) => there.remit.as(actorId);

  it('is registered, stored and read, and its chain of custody says so', async () => {
    const registered = await as('investigator_ivo').post('/evidence', there.registration());
    const evidenceId = String(registered.body.evidenceId);
    expect([registered.status, registered.headers.get('location'), registered.headers.get('etag')]).toEqual([
      201,
      `/api/v1/evidence/${evidenceId}`,
      '"1"',
    ]);
    expect(registered.body).toMatchObject({ caseId: there.caseId, status: 'REGISTERED', version: 1 });
    const stored = await there.put(evidenceId, CONTENT, '"1"');
    expect([stored.status, stored.headers.get('etag')]).toEqual([200, '"2"']);
    expect(stored.body).toMatchObject({ evidenceId, evidenceVersion: 1, size: CONTENT.length, version: 2 });
    const read = await as('legal_lena').get(`/evidence/${evidenceId}/content`);
    expect([read.status, read.text, read.headers.get('x-content-type-options')]).toEqual([200, CONTENT, 'nosniff']);
    expect(read.headers.get('content-disposition')).toBe(`attachment; filename="${evidenceId}-v1.txt"`);
    expect(await there.custody(evidenceId)).toMatchObject({
      data: [
        { seq: 1, type: 'COLLECTED', actorId: 'investigator_ivo' },
        { seq: 2, type: 'STORED', actorId: 'investigator_ivo', details: { evidenceVersion: 1 } },
        { seq: 3, type: 'ACCESSED', actorId: 'legal_lena', details: { evidenceVersion: 1 } },
      ],
      verification: { events: 3, intact: true, firstBroken: null },
    });
    const shown = await as('legal_lena').get(`/evidence/${evidenceId}`);
    expect(shown.body).toMatchObject({ status: 'STORED', evidenceVersion: 1, held: false, versions: [{ size: CONTENT.length }] }); // prettier-ignore
  });

  it('leaves audit records that name what was used, and neither title nor purpose leaves its owner', async () => {
    const evidenceId = await there.item({ title: 'Ledger of the quarry' }, CONTENT);
    await there.grant(evidenceId, 'legal_lena', inDays(2));
    await as('legal_lena').get(`/evidence/${evidenceId}/content`);
    const { body } = await eventually(
      () => as('auditor_aude').get<{ data: Record<string, unknown>[] }>(`/cases/${there.caseId}/audit-trail?limit=100`),
      (reply) => reply.text.split(evidenceId).length > 8,
    );
    const about = body.data.filter((record) => (record.subject as { evidenceId?: string }).evidenceId === evidenceId);
    expect(about.map(({ action, evidenceRefs }) => [action, evidenceRefs])).toEqual([
      ['REGISTER_EVIDENCE', []],
      ['ADD_EVIDENCE_CONTENT', [`${evidenceId}@v1`]],
      ['GRANT_EVIDENCE_ACCESS', [`${evidenceId}@v1`]],
      ['READ_EVIDENCE_CONTENT', [`${evidenceId}@v1`]],
    ]);
    expect(about[1]).toMatchObject({ beforeState: 'REGISTERED', afterState: 'STORED' });
    expect(JSON.stringify(body)).not.toMatch(/Ledger of the quarry|Preparing the hearing|Ivo Marsh/);
  });

  it('that became restricted is refused to a confidential officer, and read with a grant', async () => {
    const evidenceId = await there.item({}, CONTENT);
    await there.classify(evidenceId, 'RESTRICTED');
    const lena = as('legal_lena');
    const refused = await lena.get<Problem>(`/evidence/${evidenceId}/content`);
    expect([refused.status, refused.body.errorCode]).toEqual([403, 'EVIDENCE_ACCESS_REFUSED']);
    const redacted = await lena.get(`/evidence/${evidenceId}`);
    expect(redacted.body).toMatchObject({
      evidenceId,
      classification: 'RESTRICTED',
      title: null,
      mediaType: null,
      collectedBy: null,
      versions: null,
      redacted: ['title', 'mediaType', 'evidenceVersion', 'collectedAt', 'collectedBy', 'versions'],
    });
    expect(redacted.text).not.toContain(sha256(CONTENT));
    const granted = await there.grant(evidenceId, 'legal_lena', inDays(1));
    expect([granted.status, granted.body.version]).toEqual([201, 1]);
    expect((await lena.get(`/evidence/${evidenceId}/content`)).text).toBe(CONTENT);
    expect((await lena.get(`/evidence/${evidenceId}`)).body.title).toBe('Photograph of the outfall');
    // Somebody else's grant opens nothing.
    expect((await as('notice_nils').get(`/evidence/${evidenceId}/content`)).status).toBe(403);
    const { data, verification } = await there.custody(evidenceId);
    expect(data.map(({ type, actorId }) => `${type} ${actorId}`)).toEqual([
      'COLLECTED investigator_ivo',
      'STORED investigator_ivo',
      'RECLASSIFIED custodian_cleo',
      'ACCESS_REFUSED legal_lena',
      'ACCESSED legal_lena',
      'ACCESS_REFUSED notice_nils',
    ]);
    expect(data[2]).toMatchObject({ reason: 'Names an informant', details: { from: 'CONFIDENTIAL', to: 'RESTRICTED' } }); // prettier-ignore
    expect(verification.intact).toBe(true);
  });

  it('closes again when the grant is revoked, and the grant can be revoked once', async () => {
    const evidenceId = await there.item({}, CONTENT);
    await there.classify(evidenceId, 'RESTRICTED');
    const { body } = await there.grant(evidenceId, 'legal_lena', inDays(1));
    const path = `/evidence/${evidenceId}/access-grants/${String(body.grantId)}`;
    const revoked = await as('custodian_cleo').send('DELETE', path);
    expect([revoked.status, revoked.text]).toEqual([204, '']);
    expect((await as('legal_lena').get(`/evidence/${evidenceId}/content`)).status).toBe(403);
    const again = await as('custodian_cleo').send<Problem>('DELETE', path);
    expect([again.status, again.body.errorCode]).toEqual([409, 'GRANT_ENDED']);
    const other = await there.item();
    const elsewhere = path.replace(evidenceId, other);
    expect((await as('custodian_cleo').send('DELETE', elsewhere)).status).toBe(404);
  });

  it.each([
    ['to oneself', 'custodian_cleo', inDays(1), 409, 'GRANT_TO_ONESELF'],
    ['that has ended already', 'legal_lena', inDays(-1), 400, 'VALIDATION_FAILED'],
    ['for longer than a year', 'legal_lena', inDays(367), 400, 'VALIDATION_FAILED'],
    ['until a day that no month has', 'legal_lena', '2026-02-31', 400, 'VALIDATION_FAILED'],
  ])('is not granted %s', async (_, granteeId, expiresAt, status, code) => {
    const evidenceId = await there.item();
    const reply = await there.grant(evidenceId, granteeId, expiresAt);
    expect([reply.status, reply.body.errorCode]).toEqual([status, code]);
  });

  it('cannot be collected in the future, nor for a case that is not there', async () => {
    const ivo = as('investigator_ivo');
    const early = await ivo.post<Problem>('/evidence', there.registration({ collectedAt: inDays(1) }));
    expect([early.status, early.body.invalidParams?.[0]?.name]).toEqual([400, 'collectedAt']);
    const unknown = await ivo.post<Problem>('/evidence', there.registration({ caseId: UNKNOWN }));
    expect([unknown.status, unknown.body.errorCode]).toEqual([409, 'UNKNOWN_CASE']);
  });

  it('of a case that is not yours looks like evidence that is not there, and the attempt is recorded', async () => {
    const caseId = await there.anotherCase({ restrictedToTeam: true, team: 'central' });
    const evidenceId = await there.item({ caseId }, CONTENT);
    const lena = as('legal_lena');
    for (const path of ['', '/content'])
      expect((await lena.get<Problem>(`/evidence/${evidenceId}${path}`)).body).toMatchObject({
        errorCode: 'NOT_FOUND',
      });
    expect((await lena.get(`/evidence?caseId=${caseId}`)).body).toEqual({ data: [], nextCursor: null });
    const foreign = await as('custodian_cleo').post<Problem>('/evidence', there.registration({ caseId }));
    expect([foreign.status, foreign.body.errorCode]).toEqual([409, 'UNKNOWN_CASE']);
    const change = await as('custodian_cleo').post<Problem>(`/evidence/${evidenceId}/legal-hold`, { held: true, reason: 'Suit' }, { 'if-match': '"2"' }); // prettier-ignore
    expect([change.status, change.body.errorCode]).toEqual([404, 'NOT_FOUND']);
    const { data } = await there.custody(evidenceId);
    expect(data.at(-1)).toMatchObject({ type: 'ACCESS_REFUSED', actorId: 'legal_lena' });
  });

  it('is listed by its case, newest first and in pages, with what is above the clearance withheld', async () => {
    const caseId = await there.anotherCase();
    const [first, second] = [await there.item({ caseId }), await there.item({ caseId, classification: 'RESTRICTED' })];
    interface Listed {
      data: { evidenceId: string; title: string | null }[];
      nextCursor: string;
    }
    const one = (await as('legal_lena').get<Listed>(`/evidence?caseId=${caseId}&limit=1`)).body;
    expect(one.data).toMatchObject([{ evidenceId: second, title: null }]);
    const two = (await as('legal_lena').get<Listed>(`/evidence?caseId=${caseId}&cursor=${one.nextCursor}`)).body;
    expect(two).toMatchObject({ data: [{ evidenceId: first, title: 'Photograph of the outfall' }], nextCursor: null });
  });

  it('changes hands and is held, at the version seen alone', async () => {
    const evidenceId = await there.item();
    const cleo = as('custodian_cleo');
    const transfer = (to: string, version: string) => cleo.post<Problem>(`/evidence/${evidenceId}/custody-transfers`, { to }, { 'if-match': version }); // prettier-ignore
    const hold = (held: boolean, version: string) => cleo.post<Problem>(`/evidence/${evidenceId}/legal-hold`, { held, reason: 'Suit' }, { 'if-match': version }); // prettier-ignore
    expect((await transfer('custodian_cleo', '"1"')).body).toMatchObject({ custodianId: 'custodian_cleo', version: 2 });
    expect((await transfer('supervisor_sol', '"1"')).body).toMatchObject({ errorCode: 'VERSION_MISMATCH', currentVersion: 2 }); // prettier-ignore
    expect((await transfer('custodian_cleo', '"2"')).body.errorCode).toBe('CUSTODY_UNCHANGED');
    expect((await hold(false, '"2"')).body.errorCode).toBe('HOLD_UNCHANGED');
    expect((await hold(true, '"2"')).body).toMatchObject({ held: true, version: 3 });
    const { data } = await there.custody(evidenceId);
    expect(data.map(({ type }) => type)).toEqual(['COLLECTED', 'TRANSFERRED', 'HELD']);
  });

  it('is read by many at once, and each is in the chain', async () => {
    const evidenceId = await there.item({}, CONTENT);
    const replies = await Promise.all(
      Array.from({ length: 8 }, () => as('legal_lena').get(`/evidence/${evidenceId}/content`)),
    );
    expect(replies.filter(({ status }) => status !== 200).map(({ text }) => text)).toEqual([]);
    const { data, verification } = await there.custody(evidenceId);
    expect([data.length, verification.intact]).toEqual([10, true]);
  });
});

describe('evidence, as time goes by', () => {
  it('closes when the time of the grant is over', async () => {
    // It moves the clock, which everybody shares.
    const remit = await anApplication();
    const there = await EvidenceCase.of(remit);
    const as = (actorId: string) => remit.as(actorId);
    const evidenceId = await there.item({}, CONTENT);
    await there.classify(evidenceId, 'RESTRICTED');
    const { body } = await there.grant(evidenceId, 'legal_lena', inDays(1));
    expect((await as('legal_lena').get(`/evidence/${evidenceId}/content`)).status).toBe(200);
    await as('admin_ari').post('/dev/clock', { advanceSeconds: 86_400 });
    expect((await as('legal_lena').get(`/evidence/${evidenceId}/content`)).status).toBe(403);
    const late = await as('custodian_cleo').send<Problem>('DELETE', `/evidence/${evidenceId}/access-grants/${String(body.grantId)}`); // prettier-ignore
    expect(late.body.errorCode).toBe('GRANT_ENDED');
    await remit.stop();
  });
});
