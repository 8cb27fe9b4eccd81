import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Reply } from '../../support/officer.js';
import type { Story } from './other-modules.js';
import { RunningDecision, type Answered } from './running-decision.js';

const ASKED = {
  outcome: 'WARNING',
  obligations: [],
  noticeRequired: false,
  reasoning: 'SECRET-REASONING: it stopped.',
  reason: 'SECRET-REASON',
  approvedBy: 'authority_ada',
  ticketRef: 'INC-2026-8812',
};

describe('correcting a decision', () => {
  let decision: RunningDecision;
  beforeAll(async () => {
    decision = await RunningDecision.start();
  });
  afterAll(() => decision.stop());

  const request = (
    decisionId: string,
    version: number,
    body: object = ASKED,
    by = 'legal_lena',
  ): Promise<Reply<Answered>> => decision.command(by, `/decisions/${decisionId}/corrections`, version, body);

  const act = (path: string, what: string, version: number, by: string, body: object = {}): Promise<Reply<Answered>> =>
    decision.command(by, `${path}/${what}`, version, body);

  /** A decided story and the path of a correction that awaits approval. */
  async function requested(): Promise<{ story: Story; decisionId: string; path: string; correctionId: string }> {
    const story = decision.known();
    const { decisionId } = await decision.decided(story);
    const { body } = await request(decisionId, 3);
    const correctionId = String(body.correctionId);
    return { story, decisionId, correctionId, path: `/decisions/${decisionId}/corrections/${correctionId}` };
  }

  it('takes effect when the named authority approves, as one more version that leaves the others as they were', async () => {
    const { story, decisionId, correctionId, path } = await requested();
    const { caseId } = story.reference;
    expect((await decision.as('intake_ines').get(`/decisions/${decisionId}`)).body).toMatchObject({
      decisionVersion: 1,
    });
    const before = await decision.stored();
    const approved = await act(path, 'approval', 1, 'authority_ada');
    expect(approved.body).toMatchObject({ status: 'APPROVED', decisionVersion: 2, version: 2 });
    const [, , corrected] = await decision.events(caseId);
    expect(corrected).toMatchObject({
      type: 'DecisionCorrected',
      version: 4,
      payload: { decisionId, decisionVersion: 2, outcome: 'WARNING', obligationRequired: false, obligations: [] },
    });
    expect(corrected?.payload).toMatchObject({ legalBasisCodes: ['ACT-12-4', 'REG-7-2'] });
    const versions = await decision.as('legal_lena').get<{ data: object[] }>(`/decisions/${decisionId}/versions`);
    expect(versions.body.data).toMatchObject([
      { decisionVersion: 2, outcome: 'WARNING', correctionId, proposedBy: 'legal_lena', approvedBy: 'authority_ada' },
      { decisionVersion: 1, outcome: 'WARNING_AND_REMEDIATION_ORDER', correctionId: null },
    ]);
    const after = await decision.stored();
    for (const table of ['package_submission', 'finding_snapshot', 'evidence_reference'])
      expect(after[table]).toBe(before[table]);
    const reasoningOf = async (version: number): Promise<unknown> =>
      (await decision.as('auditor_aude').get(`/decisions/${decisionId}/reasoning?decisionVersion=${version}`)).body
        .reasoning;
    expect([await reasoningOf(1), await reasoningOf(2)]).toEqual([
      'SECRET-REASONING: the discharge went on for a year.',
      ASKED.reasoning,
    ]);
    const steps = (await decision.audits(caseId)).map(({ action }) => action);
    expect(steps).toEqual(expect.arrayContaining(['REQUEST_DECISION_CORRECTION', 'APPROVE_DECISION_CORRECTION']));
    expect(JSON.stringify(await decision.rows('SELECT payload_json FROM bus.outbox_event'))).not.toMatch(/SECRET/);
  });

  it('shows what is asked for, but its reasoning and reason only to those whom they concern', async () => {
    const { decisionId, path } = await requested();
    const asInes = await decision.as('intake_ines').get(path);
    expect(asInes.body).toMatchObject({
      status: 'AWAITING_APPROVAL',
      change: { outcome: 'WARNING' },
      changesReasoning: true,
      reason: null,
      redacted: ['reasoning', 'reason', 'settlementReason'],
    });
    expect(asInes.text).not.toMatch(/SECRET/);
    expect((await decision.as('authority_ada').get(path)).body).toMatchObject({ reason: 'SECRET-REASON' });
    expect((await decision.as('authority_ada').get(`${path}/reasoning`)).body.reasoning).toBe(ASKED.reasoning);
    const list = await decision.as('intake_ines').get(`/decisions/${decisionId}/corrections`);
    expect(list.body).toMatchObject({ data: [{ status: 'AWAITING_APPROVAL' }], nextCursor: null });
  });

  it.each([
    ['one names oneself', 'SEPARATION_OF_DUTIES', { approvedBy: 'legal_lena' }],
    [
      'it says what the decision says',
      'CORRECTION_CHANGES_NOTHING',
      only({ outcome: 'WARNING_AND_REMEDIATION_ORDER' }),
    ],
    ['it would leave no legal basis', 'LEGAL_BASIS_REQUIRED', { legalBasisCodes: [] }],
    ['it would leave obligations without a notice', 'OBLIGATION_NEEDS_NOTICE', only({ noticeRequired: false })],
    ['it would leave no reasoning', 'REASONING_REQUIRED', { reasoning: ' ' }],
  ] as const)('is not even requested when %s', async (_, errorCode, change) => {
    const { decisionId } = await decision.decided(decision.known());
    const before = await decision.stored();
    const reply = await request(decisionId, 3, { ...ASKED, ...change });
    expect([reply.status, reply.body.errorCode]).toEqual([409, errorCode]);
    expect(await decision.stored()).toEqual(before);
  });

  /** Nothing but this changes. */
  function only(change: object): object {
    return { outcome: undefined, obligations: undefined, noticeRequired: undefined, reasoning: undefined, ...change };
  }

  it('is refused to everybody but the one it names, and each refusal is audited', async () => {
    const { story, path } = await requested();
    const before = await decision.stored();
    const codes = [
      await act(path, 'approval', 1, 'authority_abe'),
      await act(path, 'rejection', 1, 'authority_abe', { reason: 'No.' }),
      await act(path, 'withdrawal', 1, 'authority_ada'),
      await act(path, 'handover', 1, 'authority_abe', { approvedBy: 'authority_abe' }),
      await act(path, 'handover', 1, 'authority_ada', { approvedBy: 'authority_abe' }),
      await act(path, 'handover', 1, 'legal_lena', { approvedBy: 'legal_lena' }),
      await act(path, 'approval', 1, 'legal_lena'),
      await act(path, 'approval', 2, 'authority_ada'),
    ].map(({ body }) => body.errorCode);
    const expected = [
      'CORRECTION_OF_ANOTHER_AUTHORITY',
      'CORRECTION_OF_ANOTHER_AUTHORITY',
      'CORRECTION_OF_ANOTHER_OFFICER',
      'CORRECTION_OF_ANOTHER_OFFICER',
      'CORRECTION_OF_ANOTHER_OFFICER',
      'SEPARATION_OF_DUTIES',
      'FORBIDDEN',
      'VERSION_MISMATCH',
    ];
    expect(codes).toEqual(expected);
    expect(await decision.stored()).toEqual(before);
    const refused = (await decision.audits(story.reference.caseId)).filter(
      ({ afterState }) => afterState === 'REFUSED',
    );
    // The wrong role is refused before anybody looks which case it is about.
    expect(refused.map(({ reasonCode }) => reasonCode)).toEqual(expected.filter((code) => code !== 'FORBIDDEN'));
  });

  it('is handed over, withdrawn and rejected by those who may, and then settled for good', async () => {
    const handed = await requested();
    const replies = [
      await act(handed.path, 'handover', 1, 'legal_lena', { approvedBy: 'authority_abe' }),
      await act(handed.path, 'approval', 2, 'authority_ada'),
      await act(handed.path, 'rejection', 2, 'authority_abe', { reason: 'SECRET-REASON: no.' }),
      await act(handed.path, 'approval', 3, 'authority_abe'),
    ];
    expect(replies.map(({ body }) => body.status)).toEqual(['AWAITING_APPROVAL', 409, 'REJECTED', 409]);
    expect(replies.map(({ body }) => body.errorCode)).toEqual([
      ...[undefined, 'CORRECTION_OF_ANOTHER_AUTHORITY'],
      ...[undefined, 'CORRECTION_SETTLED'],
    ]);
    const withdrawn = await requested();
    expect((await act(withdrawn.path, 'withdrawal', 1, 'legal_lena')).body).toMatchObject({ status: 'WITHDRAWN' });
    expect((await act(withdrawn.path, 'approval', 2, 'authority_ada')).body.errorCode).toBe('CORRECTION_SETTLED');
    const { body } = await decision.as('intake_ines').get(`/decisions/${withdrawn.decisionId}`);
    expect(body.decisionVersion).toBe(1);
  });

  it('is refused once the decision was corrected otherwise', async () => {
    const { decisionId, path } = await requested();
    const other = await request(
      decisionId,
      3,
      { ...ASKED, outcome: 'NO_ACTION', approvedBy: 'authority_abe' },
      'authority_ada',
    );
    const otherPath = `/decisions/${decisionId}/corrections/${String(other.body.correctionId)}`;
    expect((await act(otherPath, 'approval', 1, 'authority_abe')).status).toBe(200);
    expect((await act(path, 'approval', 1, 'authority_ada')).body.errorCode).toBe('CORRECTION_OUTDATED');
  });

  it('expires after fourteen days of the application', async () => {
    const { path } = await requested();
    await decision.advanceClock(13.9);
    expect((await decision.as('legal_lena').get(path)).body.status).toBe('AWAITING_APPROVAL');
    await decision.advanceClock(0.2);
    expect((await decision.as('legal_lena').get(path)).body.status).toBe('EXPIRED');
    for (const [what, by] of [
      ['approval', 'authority_ada'],
      ['withdrawal', 'legal_lena'],
    ] as const)
      expect((await act(path, what, 1, by)).body.errorCode).toBe('CORRECTION_EXPIRED');
  });
});
