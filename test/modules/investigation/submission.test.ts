import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../../../src/platform/base/ids.js';
import { RunningInvestigation, type Known } from './running-investigation.js';

describe('the submission of findings', () => {
  let running: RunningInvestigation;
  beforeAll(async () => {
    running = await RunningInvestigation.start();
  });
  afterAll(() => running.stop());

  const read = async ({ investigationId }: Known): Promise<Record<string, unknown>> =>
    (await running.observed.as('legal_lena').get(`/investigations/${investigationId}`)).body;
  const submitted = async ({ investigationId }: Known): Promise<unknown> =>
    running.observed.switchboard.questions.get('GetSubmittedFindings')?.answer({ investigationId });

  it('freezes the findings as they are, for whoever asks, and tells which', async () => {
    const known = await running.opened();
    const { caseId, investigationId, partyId } = known;
    const evidenceRefs = [running.item(caseId)];
    const { allegationId, findingId } = await running.found(known, { evidenceRefs });
    await running.command('PATCH', `/findings/${findingId}`, { conclusion: 'INCONCLUSIVE' }, { version: 1 });
    expect(await submitted(known)).toBeNull();
    const reply = await running.submit(known);
    expect([reply.status, reply.headers.get('etag')]).toEqual([200, '"2"']);
    expect(reply.body).toMatchObject({ investigationId, status: 'SUBMITTED', version: 2 });
    expect(await read(known)).toMatchObject({
      ...{
        status: 'SUBMITTED',
        recommendation: 'PROCEED_TO_DECISION',
        submittedBy: 'investigator_ivo',
        completedAt: null,
      },
    });
    expect((await running.observed.published(caseId)).at(-1)).toEqual({
      ...{ type: 'FindingsSubmitted', aggregateId: investigationId, version: 2 },
      payload: { caseId, investigationId, recommendation: 'PROCEED_TO_DECISION', findingIds: [findingId] },
    });
    expect(await submitted(known)).toMatchObject({
      ...{ investigationId, investigationVersion: 2, caseId, recommendation: 'PROCEED_TO_DECISION' },
      findings: [
        {
          ...{ findingId, findingVersion: 2, allegationId, legalBasisCode: 'ACT-12-4', againstPartyId: partyId },
          ...{ conclusion: 'INCONCLUSIVE', statement: 'SECRET-FOUND: it was dye.', evidenceRefs },
        },
      ],
    });
    expect((await running.observed.audits(caseId)).at(-1)).toMatchObject({
      ...{ action: 'SUBMIT_FINDINGS', beforeState: 'OPEN', afterState: 'SUBMITTED', dataUsed: [`${findingId}@2`] },
      evidenceRefs: evidenceRefs.map(({ evidenceId }) => `${evidenceId}@v1`),
    });
  });

  it('ends every change: what was submitted stays as it was', async () => {
    const known = await running.opened();
    const { allegationId, findingId } = await running.found(known);
    await running.submit(known);
    const [before, frozen] = [await running.observed.stored(), await submitted(known)];
    const refused = [
      await running.allege(known),
      await running.find(allegationId),
      await running.command('PATCH', `/allegations/${allegationId}`, { statement: 'Otherwise.' }, { version: 1 }),
      await running.command('PATCH', `/findings/${findingId}`, { statement: 'Otherwise.' }, { version: 1 }),
      await running.submit(known, 'NO_FURTHER_ACTION', { version: 2 }),
    ];
    for (const { status, body } of refused) expect([status, body.errorCode]).toEqual([409, 'INVESTIGATION_NOT_OPEN']);
    // The refusal of a high-risk command is itself recorded, and nothing else.
    expect({ ...(await running.observed.stored()), published: '' }).toEqual({ ...before, published: '' });
    expect((await running.observed.published(known.caseId)).at(-1)?.type).toBe('FindingsSubmitted');
    expect((await running.observed.audits(known.caseId)).at(-1)).toMatchObject({
      reasonCode: 'INVESTIGATION_NOT_OPEN',
    });
    expect(await submitted(known)).toEqual(frozen);
  });

  it('with a decision recommended needs a finding to rest on', async () => {
    const known = await running.opened();
    await running.alleged(known);
    const reply = await running.submit(known);
    expect([reply.status, reply.body.errorCode]).toEqual([409, 'INVESTIGATION_HAS_NO_FINDINGS']);
    expect(await read(known)).toMatchObject({ status: 'OPEN', version: 1 });
    expect(await running.observed.published(known.caseId)).toHaveLength(2);
    expect((await running.observed.audits(known.caseId)).at(-1)).toMatchObject({
      subject: { caseId: known.caseId },
      reasonCode: 'INVESTIGATION_HAS_NO_FINDINGS',
    });
  });

  it.each([0, 1])(
    'with no further action recommended completes the investigation at once (%d findings)',
    async (many) => {
      const known = await running.opened();
      const { caseId, investigationId } = known;
      if (many > 0) await running.found(known);
      const reply = await running.submit(known, 'NO_FURTHER_ACTION');
      expect(reply.body).toMatchObject({ status: 'COMPLETED', recommendation: 'NO_FURTHER_ACTION', version: 3 });
      expect(await read(known)).toMatchObject({ status: 'COMPLETED', version: 3 });
      const [one, two] = (await running.observed.published(caseId)).slice(-2);
      expect([one, two]).toMatchObject([
        { type: 'FindingsSubmitted', version: 2 },
        {
          type: 'InvestigationCompleted',
          version: 3,
          payload: { investigationId, recommendation: 'NO_FURTHER_ACTION' },
        },
      ]);
      expect((await running.observed.audits(caseId)).slice(-2).map(({ action }) => action)).toEqual([
        'SUBMIT_FINDINGS',
        'COMPLETE_INVESTIGATION',
      ]);
    },
  );

  it('needs the version that was seen, a recommendation that there is, an investigator and an open case', async () => {
    const known = await running.opened();
    await running.found(known);
    const refused: [object, string, string][] = [
      [{ version: undefined }, 'PROCEED_TO_DECISION', 'PRECONDITION_REQUIRED'],
      [{ version: 7 }, 'PROCEED_TO_DECISION', 'VERSION_MISMATCH'],
      [{}, 'CLOSE_IT', 'VALIDATION_FAILED'],
      [{ as: 'legal_lena' }, 'PROCEED_TO_DECISION', 'FORBIDDEN'],
    ];
    for (const [how, recommendation, errorCode] of refused)
      expect((await running.submit(known, recommendation, how)).body.errorCode).toBe(errorCode);
    known.reference.status = 'CLOSED';
    expect((await running.submit(known)).body.errorCode).toBe('CASE_CLOSED');
    known.reference.status = 'UNDER_INVESTIGATION';
    expect(await read(known)).toMatchObject({ status: 'OPEN', version: 1 });
    expect((await running.submit(known)).status).toBe(200);
  });

  it('happens once when it is repeated with its key, and by one of two who saw the same version', async () => {
    const known = await running.opened();
    await running.found(known);
    const key = { 'idempotency-key': newId('cmd') };
    const first = await running.submit(known, 'PROCEED_TO_DECISION', key);
    const again = await running.submit(known, 'PROCEED_TO_DECISION', key);
    expect([again.status, again.text, again.headers.get('etag')]).toEqual([200, first.text, '"2"']);

    const other = await running.opened();
    await running.found(other);
    const replies = await Promise.all([running.submit(other), running.submit(other, 'NO_FURTHER_ACTION')]);
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 412]);
    const published = await running.observed.published(other.caseId);
    expect(published.filter(({ type }) => type === 'FindingsSubmitted')).toHaveLength(1);
  });
});
