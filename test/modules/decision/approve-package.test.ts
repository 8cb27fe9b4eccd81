import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { GetDecisionOutcome } from '../../../src/contracts/decision/get-decision-outcome.js';
import { GetDecisionPackage } from '../../../src/contracts/decision/get-decision-package.js';
import { newId } from '../../../src/platform/base/ids.js';
import { Kernel } from '../../../src/platform/kernel/kernel.js';
import type { Story } from './other-modules.js';
import { approvalOf, RunningDecision } from './running-decision.js';

describe('deciding on a package', () => {
  let decision: RunningDecision;
  beforeAll(async () => {
    decision = await RunningDecision.start();
  });
  afterAll(() => decision.stop());

  const answer = (question: { type: string }, input: object): Promise<unknown> => {
    const { questions } = decision.module.app.get(Kernel).switchboard;
    return questions.get(question.type)?.answer(input) ?? Promise.resolve('nobody answers');
  };

  it('finalizes it, names the party as it was considered, and tells what was decided but not why', async () => {
    const story = decision.known();
    const { caseId } = story.reference;
    const { partyId } = story.party;
    const packageId = await decision.submitted(story);
    const frozen = await decision.stored();
    story.party = { ...story.party, partyVersion: 5, legalName: 'Renamed Ltd', classification: 'RESTRICTED' };
    const reply = await decision.approve(packageId, 2, approvalOf(story));
    expect(reply.body).toMatchObject({ status: 'FINALIZED', decisionVersion: 1, version: 3 });
    const decisionId = String(reply.body.decisionId);
    const read = await decision.as('authority_ada').get(`/decisions/${decisionId}`);
    expect(read.body).toMatchObject({
      decisionId,
      version: 3,
      status: 'FINALIZED',
      decisionVersion: 1,
      partyNameAtDecision: 'SECRET-NAME Weir Paper Ltd',
      outcome: 'WARNING_AND_REMEDIATION_ORDER',
      addressees: [partyId],
      redacted: ['reasoning'],
    });
    expect(read.text).not.toMatch(/SECRET-REASONING/);
    expect((await decision.as('legal_lena').get(`/decisions/${decisionId}`)).body).toMatchObject({
      partyNameAtDecision: null,
      redacted: ['reasoning', 'partyNameAtDecision'],
    });
    const decided = {
      caseId,
      investigationId: story.findings.investigationId,
      decisionId,
      decisionVersion: 1,
      outcome: 'WARNING_AND_REMEDIATION_ORDER',
      noticeRequired: true,
      obligationRequired: true,
      legalBasisCodes: ['ACT-12-4', 'REG-7-2'],
      addressees: [partyId],
      obligations: [{ obligationType: 'REMEDIATION', partyId, dueInDays: 30, effectiveOn: 'DELIVERY' }],
    };
    const [, finalized] = await decision.events(caseId);
    expect(finalized).toEqual({
      type: 'DecisionFinalized',
      aggregateId: packageId,
      version: 3,
      payload: decided,
    });
    expect((await decision.audits(caseId)).at(-1)).toMatchObject({
      eventType: 'DecisionApprovedAudit',
      action: 'APPROVE_DECISION',
      actor: { actorId: 'authority_ada', role: 'DECISION_AUTHORITY' },
      subject: { caseId, decisionPackageId: packageId, decisionId },
      beforeState: 'AWAITING_APPROVAL',
      afterState: 'FINALIZED',
      dataUsed: [`${packageId}@2`, `${caseId}@3`, `${partyId}@4`],
      reasonCode: 'WARNING_AND_REMEDIATION_ORDER',
    });
    const after = await decision.stored();
    for (const table of ['package_submission', 'finding_snapshot', 'evidence_reference'])
      expect(after[table]).toBe(frozen[table]);
    expect(JSON.stringify(await decision.rows('SELECT payload_json FROM bus.outbox_event'))).not.toMatch(/SECRET/);
    expect(await answer(GetDecisionOutcome, { decisionId })).toEqual({
      ...decided,
      finalizedAt: expect.stringMatching(/^20.*Z$/),
    });
    expect(await answer(GetDecisionOutcome, { decisionId: newId('dec') })).toBeNull();
    expect(await answer(GetDecisionPackage, { decisionPackageId: packageId })).toMatchObject({
      status: 'FINALIZED',
      version: 3,
      decisionId,
    });
    expect(await answer(GetDecisionPackage, { decisionPackageId: newId('dpkg') })).toBeNull();
  });

  const remedy = (story: Story, change: object = {}): object => ({
    obligationType: 'REMEDIATION',
    partyId: story.party.partyId,
    dueInDays: 30,
    ...change,
  });

  it.each([
    ['no legal basis', 'LEGAL_BASIS_REQUIRED', () => ({ legalBasisCodes: [] })],
    ['a blank legal basis', 'LEGAL_BASIS_REQUIRED', () => ({ legalBasisCodes: ['ACT-12-4', ' '] })],
    ['a blank reasoning', 'REASONING_REQUIRED', () => ({ reasoning: ' \n' })],
    ['obligations but no notice', 'OBLIGATION_NEEDS_NOTICE', () => ({ noticeRequired: false })],
    ['obligations of no action', 'NO_ACTION_WITH_OBLIGATIONS', () => ({ outcome: 'NO_ACTION' })],
    [
      'an obligation of a stranger',
      'OBLIGATED_PARTY_NOT_OF_CASE',
      (story: Story) => ({ obligations: [remedy(story, { partyId: newId('pty') })] }),
    ],
    [
      'a penalty without its amount',
      'PENALTY_NEEDS_AMOUNT',
      (story: Story) => ({ obligations: [remedy(story, { obligationType: 'PENALTY' })] }),
    ],
    [
      'an amount without a penalty',
      'AMOUNT_NEEDS_PENALTY',
      (story: Story) => ({ obligations: [remedy(story, { amount: 100 })] }),
    ],
    [
      'one obligation twice',
      'OBLIGATION_REPEATED',
      (story: Story) => ({ obligations: [remedy(story), remedy(story, { dueInDays: 60 })] }),
    ],
  ] as const)('is refused with %s: nothing changes, and the refusal is audited', async (_, errorCode, change) => {
    const story = decision.known();
    const packageId = await decision.submitted(story);
    const before = await decision.stored();
    const reply = await decision.approve(packageId, 2, { ...approvalOf(story), ...change(story) });
    expect([reply.status, reply.body.errorCode]).toEqual([409, errorCode]);
    expect(await decision.stored()).toEqual(before);
    expect((await decision.audits(story.reference.caseId)).at(-1)).toMatchObject({
      action: 'APPROVE_DECISION',
      afterState: 'REFUSED',
      reasonCode: errorCode,
      actor: { actorId: 'authority_ada' },
    });
    const finalized = await decision.approve(packageId, 2, approvalOf(story));
    expect(finalized.status).toBe(200);
  });

  it('is refused by its shape before any rule', async () => {
    const story = decision.known();
    const packageId = await decision.submitted(story);
    const { legalBasisCodes: _, ...without } = approvalOf(story);
    for (const body of [without, { ...approvalOf(story), outcome: 'MERCY' }, { ...approvalOf(story), more: 1 }]) {
      const reply = await decision.approve(packageId, 2, body);
      expect([reply.status, reply.body.errorCode]).toEqual([400, 'VALIDATION_FAILED']);
    }
    expect((await decision.approve(packageId, 1, approvalOf(story))).body).toMatchObject({
      errorCode: 'VERSION_MISMATCH',
      currentVersion: 2,
    });
    const byLena = await decision.approve(packageId, 2, approvalOf(story), 'legal_lena');
    expect([byLena.status, byLena.body.errorCode]).toEqual([403, 'FORBIDDEN']);
  });

  it('is for a submitted package alone, and once', async () => {
    const story = decision.known();
    const packageId = await decision.drafted(story);
    const codes: unknown[] = [];
    const tryTo = async (version: number): Promise<void> => {
      codes.push((await decision.approve(packageId, version, approvalOf(story))).body.errorCode);
      const path = `/decision-packages/${packageId}/rejection`;
      codes.push((await decision.command('authority_abe', path, version, { reason: 'No.' })).body.errorCode);
    };
    await tryTo(1);
    await decision.submit(packageId);
    await decision.command('authority_abe', `/decision-packages/${packageId}/rejection`, 2, {
      reason: 'SECRET-REASON',
    });
    await tryTo(3);
    story.party = { ...story.party, partyVersion: 5, legalName: 'Renamed Ltd' };
    expect((await decision.submit(packageId, 3)).body).toMatchObject({ status: 'AWAITING_APPROVAL', submission: 2 });
    expect((await decision.submit(packageId, 4)).body.errorCode).toBe('PACKAGE_AWAITS_APPROVAL');
    await decision.approve(packageId, 4, approvalOf(story));
    await tryTo(5);
    expect((await decision.submit(packageId, 5)).body.errorCode).toBe('PACKAGE_FINALIZED');
    expect(codes).toEqual([
      ...['PACKAGE_NOT_SUBMITTED', 'PACKAGE_NOT_SUBMITTED'],
      ...['PACKAGE_REJECTED', 'PACKAGE_REJECTED'],
      ...['PACKAGE_FINALIZED', 'PACKAGE_FINALIZED'],
    ]);
    const path = `/decision-packages/${packageId}/submissions`;
    expect((await decision.as('legal_lena').get(path)).body).toMatchObject({
      data: [
        { submission: 2, party: { partyNameAtSubmission: 'Renamed Ltd' }, rejection: null },
        { submission: 1, party: { partyNameAtSubmission: /SECRET-NAME/ }, rejection: { reason: 'SECRET-REASON' } },
      ].map((each) => ({
        ...each,
        party: { partyNameAtSubmission: expect.stringMatching(each.party.partyNameAtSubmission) },
      })),
    });
    expect((await decision.as('intake_ines').get(path)).text).not.toMatch(/SECRET-REASON/);
    const types = (await decision.events(story.reference.caseId)).map(({ type, version }) => `${type}@${version}`);
    expect(types).toEqual([
      'DecisionPackageSubmitted@2',
      'DecisionPackageRejected@3',
      'DecisionPackageSubmitted@4',
      'DecisionFinalized@5',
    ]);
    expect(JSON.stringify(await decision.rows('SELECT payload_json FROM bus.outbox_event'))).not.toMatch(/SECRET/);
  });

  it('happens once however many try at once', async () => {
    const story = decision.known();
    const packageId = await decision.submitted(story);
    const replies = await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        decision.approve(packageId, 2, approvalOf(story), index % 2 === 0 ? 'authority_ada' : 'authority_abe'),
      ),
    );
    const statuses = replies.map(({ status }) => status).sort();
    expect(statuses[0]).toBe(200);
    expect(statuses.slice(1).filter((status) => status !== 409 && status !== 412)).toEqual([]);
    const { caseId } = story.reference;
    expect((await decision.events(caseId)).filter(({ type }) => type === 'DecisionFinalized')).toHaveLength(1);
    expect(await decision.rows('SELECT 1 FROM decision.decision_version WHERE case_id = $1', [caseId])).toHaveLength(1);
    const refused = (await decision.audits(caseId)).filter(({ afterState }) => afterState === 'REFUSED');
    expect(refused).toHaveLength(29);
  });

  it('is refused to whoever submitted it by the database too, and nothing captured or decided can be changed', async () => {
    const story = decision.known();
    const packageId = await decision.submitted(story);
    const client = new pg.Client({ connectionString: decision.module.database.connections.get('decision') });
    await client.connect();
    try {
      const approve = `UPDATE decision_package SET status = 'FINALIZED', approved_by = $2, decision_id = $3,
        decision_version = 1 WHERE decision_package_id = $1`;
      await expect(client.query(approve, [packageId, 'legal_lena', newId('dec')])).rejects.toMatchObject({
        code: '23514',
        constraint: 'approved_by_another_person',
      });
      await decision.approve(packageId, 2, approvalOf(story));
      const again = 'UPDATE decision_package SET decision_id = $2 WHERE decision_package_id = $1';
      await expect(client.query(again, [packageId, newId('dec')])).rejects.toMatchObject({ code: '23503' });
      for (const change of [
        `UPDATE package_submission SET party_name_at_submission = 'x'`,
        `UPDATE evidence_reference SET classification_at_submission = 'PUBLIC'`,
        'DELETE FROM finding_snapshot',
        `UPDATE decision_version SET outcome = 'NO_ACTION'`,
        'DELETE FROM decision_reasoning',
      ])
        await expect(client.query(change)).rejects.toMatchObject({ code: '42501' });
    } finally {
      await client.end();
    }
  });

  it('is not shown to whoever may not see the case', async () => {
    const story = decision.known();
    const { packageId, decisionId } = await decision.decided(story);
    story.reference = { ...story.reference, restrictedToTeam: true, team: 'central' };
    for (const path of [
      `/decisions/${decisionId}`,
      `/decisions/${decisionId}/versions`,
      `/decisions/${decisionId}/reasoning`,
      `/decisions/${decisionId}/corrections`,
      `/decision-packages/${packageId}/submissions`,
    ])
      expect([path, (await decision.as('authority_ada').get(path)).status]).toEqual([path, 404]);
    expect((await decision.as('authority_ada').get(`/decisions?caseId=${story.reference.caseId}`)).body).toMatchObject({
      data: [],
    });
    expect((await decision.as('intake_ines').get(`/decisions?caseId=${story.reference.caseId}`)).body).toMatchObject({
      data: [{ decisionId, redacted: ['reasoning'] }],
    });
  });

  it('leaves its reasoning to those with a role on it or the highest clearance, each read recorded first', async () => {
    const story = decision.known();
    const { decisionId } = await decision.decided(story);
    const path = `/decisions/${decisionId}/reasoning`;
    for (const reader of ['legal_lena', 'authority_ada', 'authority_abe', 'auditor_aude'])
      expect((await decision.as(reader).get(path)).body).toEqual({
        decisionId,
        decisionVersion: 1,
        reasoning: 'SECRET-REASONING: the discharge went on for a year.',
      });
    const refusedRole = await decision.as('supervisor_sol').get(path);
    expect([refusedRole.status, refusedRole.body.errorCode]).toEqual([403, 'FORBIDDEN']);
    await decision.rows(
      `UPDATE decision.decision_package SET drafted_by = 'someone', submitted_by = 'someone' WHERE decision_id = $1`,
      [decisionId],
    );
    const withoutRole = await decision.as('legal_lena').get(path);
    expect([withoutRole.status, withoutRole.body.errorCode]).toEqual([403, 'FORBIDDEN']);
    expect(withoutRole.text).not.toMatch(/SECRET/);
    expect((await decision.as('authority_ada').get(`${path}?decisionVersion=2`)).status).toBe(404);
    const records = (await decision.audits(story.reference.caseId)).filter(({ action }) => action === 'READ_REASONING');
    const outcomes = records.map(({ afterState, reasonCode }) => reasonCode ?? afterState);
    expect(outcomes).toEqual([null, null, null, null, 'FORBIDDEN', 'NOT_FOUND']);
  });
});
