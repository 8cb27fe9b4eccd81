import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../../../src/platform/base/ids.js';
import { RunningInvestigation, type Known } from './running-investigation.js';

describe('a finding', () => {
  let running: RunningInvestigation;
  let known: Known;
  let allegationId: string;
  beforeAll(async () => {
    running = await RunningInvestigation.start();
    known = await running.opened();
    allegationId = await running.alleged(known);
  });
  afterEach(() => {
    running.observed.before.clear();
  });
  afterAll(() => running.stop());

  it('rests on versions of evidence of its case, is told without its statement, and audited', async () => {
    const { caseId, investigationId } = known;
    const evidenceRefs = [running.item(caseId), running.item(caseId)];
    const reply = await running.find(allegationId, { evidenceRefs });
    const findingId = String(reply.body.findingId);
    expect([reply.status, reply.body.version, reply.headers.get('etag')]).toEqual([201, 1, '"1"']);
    expect(reply.headers.get('location')).toBe(`/api/v1/findings/${findingId}`);
    const payload = { caseId, investigationId, allegationId, findingId, conclusion: 'SUBSTANTIATED', evidenceRefs };
    const read = await running.observed.as('legal_lena').get(`/findings/${findingId}`);
    expect(read.body).toMatchObject({ ...payload, statement: 'SECRET-FOUND: it was dye.', reclassifiedEvidence: [] });
    expect((await running.observed.published(caseId)).at(-1)).toEqual({
      ...{ type: 'FindingRecorded', aggregateId: findingId, version: 1 },
      payload,
    });
    expect((await running.observed.audits(caseId)).at(-1)).toMatchObject({
      action: 'RECORD_FINDING',
      subject: { caseId, investigationId, findingId },
      afterState: 'SUBSTANTIATED',
      dataUsed: [`${allegationId}@1`],
      evidenceRefs: evidenceRefs.map(({ evidenceId }) => `${evidenceId}@v1`),
    });
  });

  it.each([
    ['that nobody has', () => ({ evidenceId: newId('ev'), evidenceVersion: 1 })],
    ['of another case', () => running.item(newId('case'))],
    ['in a version that is not there', () => ({ ...running.item(known.caseId), evidenceVersion: 2 })],
  ])('is refused when it names evidence %s, which the refusal names, and nothing is saved', async (_, make) => {
    const [good, bad] = [running.item(known.caseId), make()];
    const { findingId } = await running.found(known);
    const before = await running.observed.stored();
    for (const reply of [
      await running.find(allegationId, { evidenceRefs: [good, bad] }),
      await running.command('PATCH', `/findings/${findingId}`, { evidenceRefs: [bad] }, { version: 1 }),
    ])
      expect([reply.status, reply.body.errorCode, reply.body.evidenceRefs]).toEqual([
        409,
        'UNKNOWN_EVIDENCE',
        [`${bad.evidenceId}@v${bad.evidenceVersion}`],
      ]);
    expect(await running.observed.stored()).toEqual(before);
  });

  it('is not saved while the owner of the evidence, or of the case, does not answer', async () => {
    const evidenceRefs = [running.item(known.caseId)];
    for (const question of ['GetEvidenceReference', 'GetCaseReference']) {
      running.observed.before.set(question, () => Promise.reject(new Error('SECRET-REASON of the owner')));
      const before = await running.observed.stored();
      const reply = await running.find(allegationId, { evidenceRefs });
      expect([reply.status, reply.body.errorCode]).toEqual([503, 'OWNER_UNAVAILABLE']);
      expect(reply.headers.get('retry-after')).toBe('1');
      expect(reply.text).not.toMatch(/SECRET/);
      expect(await running.observed.stored()).toEqual(before);
      running.observed.before.clear();
    }
    expect((await running.find(allegationId, { evidenceRefs })).status).toBe(201);
  });

  it('rests on a version of evidence but once', async () => {
    const ref = running.item(known.caseId);
    const reply = await running.find(allegationId, { evidenceRefs: [ref, ref] });
    expect(reply.body).toMatchObject({ errorCode: 'VALIDATION_FAILED', invalidParams: [{ name: 'evidenceRefs' }] });
  });

  it.each([
    ['without a statement', { statement: undefined }, 'statement'],
    ['with a blank statement', { statement: ' ' }, 'statement'],
    ['with a statement beyond 20,000 characters', { statement: 'x'.repeat(20_001) }, 'statement'],
    ['with a conclusion that there is not', { conclusion: 'GUILTY' }, 'conclusion'],
    ['without saying what it rests on', { evidenceRefs: undefined }, 'evidenceRefs'],
    ['with evidence that is no reference', { evidenceRefs: ['ev_1@v1'] }, 'evidenceRefs[0]'],
  ])('is refused %s, by the name of the field, and nothing is saved', async (_, change, name) => {
    const before = await running.observed.stored();
    const reply = await running.find(allegationId, change);
    expect([reply.status, reply.body.errorCode]).toEqual([400, 'VALIDATION_FAILED']);
    expect(JSON.stringify(reply.body.invalidParams)).toContain(`"name":"${name}`);
    expect(await running.observed.stored()).toEqual(before);
  });

  it('is amended at the version that was seen, and at no other', async () => {
    const { findingId } = await running.found(known);
    const path = `/findings/${findingId}`;
    const change = { conclusion: 'INCONCLUSIVE', evidenceRefs: [running.item(known.caseId)] };
    const missing = await running.command('PATCH', path, change);
    expect([missing.status, missing.body.errorCode]).toEqual([428, 'PRECONDITION_REQUIRED']);
    const amended = await running.command('PATCH', path, change, { version: 1 });
    expect([amended.status, amended.body.version, amended.headers.get('etag')]).toEqual([200, 2, '"2"']);
    const before = await running.observed.stored();
    const stale = await running.command('PATCH', path, { statement: 'Otherwise.' }, { version: 1 });
    expect([stale.status, stale.body.errorCode, stale.body.currentVersion]).toEqual([412, 'VERSION_MISMATCH', 2]);
    expect((await running.command('PATCH', path, {}, { version: 2 })).status).toBe(400);
    expect(await running.observed.stored()).toEqual(before);
    expect((await running.observed.as('investigator_ivo').get(path)).body).toMatchObject({
      ...change,
      statement: 'SECRET-FOUND: it was dye.',
      version: 2,
    });
    expect((await running.observed.audits(known.caseId)).at(-1)).toMatchObject({
      action: 'AMEND_FINDING',
      beforeState: 'SUBSTANTIATED',
      afterState: 'INCONCLUSIVE',
      dataUsed: [`${findingId}@1`],
    });
  });

  it('is amended once by two who saw the same version', async () => {
    const { findingId } = await running.found(known);
    const replies = await Promise.all(
      ['First.', 'Second.'].map((statement) =>
        running.command('PATCH', `/findings/${findingId}`, { statement }, { version: 1 }),
      ),
    );
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 412]);
  });

  it('is for investigators alone, and not in a closed case', async () => {
    const own = await running.opened();
    const { allegationId: alleged, findingId } = await running.found(own);
    const both = (as: string): Promise<{ status: number; body: { errorCode?: string } }[]> =>
      Promise.all([
        running.find(alleged, {}, { as }),
        running.command('PATCH', `/findings/${findingId}`, { conclusion: 'INCONCLUSIVE' }, { version: 1, as }),
      ]);
    for (const reply of await both('supervisor_sol')) expect(reply.status).toBe(403);
    own.reference.status = 'CLOSED';
    for (const reply of await both('investigator_ivo')) expect(reply.body.errorCode).toBe('CASE_CLOSED');
  });
});
