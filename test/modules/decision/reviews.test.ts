import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Reply } from '../../support/officer.js';
import type { Story } from './other-modules.js';
import { approvalOf, RunningDecision, type Answered } from './running-decision.js';

const SNAPSHOTS = ['package_submission', 'finding_snapshot', 'evidence_reference'];

describe('evidence that is reclassified', () => {
  let decision: RunningDecision;
  beforeAll(async () => {
    decision = await RunningDecision.start();
  });
  afterEach(() => {
    decision.otherModules.before.clear();
  });
  afterAll(() => decision.stop());

  const read = (packageId: string): Promise<Reply<Answered>> =>
    decision.as('authority_ada').get<Answered>(`/decision-packages/${packageId}`);

  /** The evidence that the package names, and the one that only its findings rest on. */
  const items = ({ evidence }: Story): [string, string] => [
    evidence[0]?.evidenceId ?? '',
    evidence[1]?.evidenceId ?? '',
  ];

  const snapshots = async (): Promise<unknown[]> => {
    const stored = await decision.stored();
    return SNAPSHOTS.map((table) => stored[table]);
  };

  it.each([0, 1])('holds up the package that rests on it until it is submitted again (item %d)', async (index) => {
    const story = decision.known();
    const { caseId } = story.reference;
    const evidenceId = items(story)[index] ?? '';
    const packageId = await decision.submitted(story);
    const before = await snapshots();
    await decision.reclassified(story, evidenceId, 'INTERNAL', 'RESTRICTED');
    expect((await read(packageId)).body).toMatchObject({
      status: 'AWAITING_APPROVAL',
      reviewRequired: true,
      version: 3,
      snapshot: {
        evidence: expect.arrayContaining([expect.objectContaining({ classification: 'INTERNAL' })]) as unknown,
      },
    });
    expect(await snapshots()).toEqual(before);
    expect((await decision.events(caseId)).at(-1)).toEqual({
      type: 'DecisionReviewRequired',
      aggregateId: packageId,
      version: 3,
      payload: {
        caseId,
        decisionPackageId: packageId,
        decisionId: null,
        evidenceId,
        from: 'INTERNAL',
        to: 'RESTRICTED',
      },
    });
    expect((await decision.audits(caseId)).at(-1)).toMatchObject({
      action: 'REQUIRE_DECISION_REVIEW',
      actor: { role: 'SYSTEM' },
      reasonCode: 'EVIDENCE_RECLASSIFIED',
    });
    const refused = await decision.approve(packageId, 3, approvalOf(story));
    expect([refused.status, refused.body.errorCode]).toEqual([409, 'REVIEW_REQUIRED']);
    for (const each of story.evidence) if (each.evidenceId === evidenceId) each.classification = 'RESTRICTED';
    expect((await decision.submit(packageId, 3)).body).toMatchObject({ submission: 2, version: 4 });
    expect((await decision.approve(packageId, 4, approvalOf(story))).status).toBe(200);
  });

  it('is shown to those who are cleared for it as it is classified now, though the snapshot stays', async () => {
    const story = decision.known();
    const packageId = await decision.submitted(story);
    const [, restedOn] = story.evidence;
    if (!restedOn) throw new Error('The findings rest on nothing.');
    const asLena = (): Promise<Reply> => decision.as('legal_lena').get(`/decision-packages/${packageId}`);
    restedOn.classification = 'RESTRICTED';
    const withheld = await asLena();
    expect(withheld.text).not.toMatch(/SECRET-STATEMENT/);
    expect(withheld.body).toMatchObject({ snapshot: { redacted: ['evidence', 'findings.statement'] } });
    expect((await read(packageId)).text).toMatch(/SECRET-STATEMENT/);
    restedOn.classification = 'CONFIDENTIAL';
    expect((await asLena()).text).toMatch(/SECRET-STATEMENT/);
  });

  it('holds up nothing that captured it as it is now, nothing that does not rest on it, and no draft', async () => {
    const [story, other] = [decision.known(), decision.known()];
    for (const each of story.evidence) each.classification = 'CONFIDENTIAL';
    const packageId = await decision.submitted(story);
    const otherId = await decision.submitted(other);
    const draftId = await decision.drafted(story);
    await decision.reclassified(story, items(story)[0], 'INTERNAL', 'CONFIDENTIAL');
    for (const [id, version] of [
      [packageId, 2],
      [otherId, 2],
      [draftId, 1],
    ] as const)
      expect((await read(id)).body).toMatchObject({ reviewRequired: false, version });
  });

  it('opens a review of a finalized decision, once, which somebody concludes, once', async () => {
    const story = decision.known();
    const { caseId } = story.reference;
    const { packageId, decisionId } = await decision.decided(story);
    const before = await snapshots();
    const decidedBefore = (await decision.as('auditor_aude').get(`/decisions/${decisionId}`)).text;
    await decision.reclassified(story, items(story)[0], 'INTERNAL', 'RESTRICTED');
    // The same news under another id: an owner may tell twice.
    await decision.reclassified(story, items(story)[0], 'INTERNAL', 'RESTRICTED');
    const list = await decision.as('legal_lena').get<{ data: Answered[] }>(`/decision-reviews?caseId=${caseId}`);
    expect(list.body.data).toMatchObject([
      { decisionId, decisionPackageId: packageId, status: 'OPEN', toClassification: 'RESTRICTED', version: 1 },
    ]);
    const reviewId = String(list.body.data[0]?.reviewId);
    const required = (await decision.events(caseId)).filter(({ type }) => type === 'DecisionReviewRequired');
    expect(required).toMatchObject([{ aggregateId: reviewId, version: 1, payload: { decisionId } }]);
    expect(await snapshots()).toEqual(before);
    expect((await decision.as('auditor_aude').get(`/decisions/${decisionId}`)).text).toBe(decidedBefore);

    const path = `/decision-reviews/${reviewId}`;
    const concluded = { conclusion: 'CONFIRMED', reason: 'SECRET-REASON' };
    const byLena = await decision.command('legal_lena', `${path}/conclusion`, 1, concluded);
    expect(byLena.body.errorCode).toBe('FORBIDDEN');
    const unknown = await decision.command('authority_ada', `${path}/conclusion`, 1, {
      ...concluded,
      conclusion: 'OK',
    });
    expect(unknown.status).toBe(400);
    const done = await decision.command('authority_ada', `${path}/conclusion`, 1, concluded);
    expect(done.body).toMatchObject({ status: 'CONCLUDED', conclusion: 'CONFIRMED', version: 2 });
    const again = await decision.command('authority_ada', `${path}/conclusion`, 2, concluded);
    expect(again.body.errorCode).toBe('REVIEW_CONCLUDED');
    const byAda = (await decision.as('authority_ada').get(path)).body;
    expect(byAda).toMatchObject({ reason: 'SECRET-REASON' });
    expect(byAda).not.toHaveProperty('redacted');
    expect((await decision.as('intake_ines').get(path)).body).toMatchObject({ reason: null, redacted: ['reason'] });
    expect((await decision.audits(caseId)).map(({ action }) => action)).toEqual(
      expect.arrayContaining(['OPEN_DECISION_REVIEW', 'CONCLUDE_DECISION_REVIEW']),
    );
    expect(JSON.stringify(await decision.rows('SELECT payload_json FROM bus.outbox_event'))).not.toMatch(/SECRET/);
    story.reference = { ...story.reference, restrictedToTeam: true, team: 'central' };
    expect((await decision.as('authority_ada').get(path)).status).toBe(404);
  });

  it('is not lost when it is heard of while a submission captures it', async () => {
    const story = decision.known();
    const packageId = await decision.drafted(story);
    decision.otherModules.before.set('GetEvidenceReference', async () => {
      decision.otherModules.before.clear();
      await decision.reclassified(story, items(story)[1], 'INTERNAL', 'RESTRICTED');
    });
    const before = await decision.rows('SELECT * FROM decision.decision_package WHERE case_id = $1', [
      story.reference.caseId,
    ]);
    const refused = await decision.submit(packageId);
    expect([refused.status, refused.body.errorCode]).toEqual([409, 'EVIDENCE_RECLASSIFIED_MEANWHILE']);
    expect(
      await decision.rows('SELECT * FROM decision.decision_package WHERE case_id = $1', [story.reference.caseId]),
    ).toEqual(before);
    expect((await decision.submit(packageId)).status).toBe(200);
  });

  it('is lost to no submission, whichever of the two comes first', async () => {
    const story = decision.known();
    const drafts = await Promise.all(Array.from({ length: 12 }, () => decision.drafted(story)));
    const [evidenceId] = items(story);
    // The owner goes on answering as before: only what is heard tells.
    await Promise.all([
      ...drafts.slice(0, 6).map((id) => decision.submit(id)),
      decision.reclassified(story, evidenceId, 'INTERNAL', 'RESTRICTED'),
      ...drafts.slice(6).map((id) => decision.submit(id)),
    ]);
    const packages = await decision.rows<{ status: string; required: boolean; knew: boolean }>(
      `SELECT status, review_required AS required, s.captured_at IS NOT NULL AND s.captured_at >= r.received_at AS knew
       FROM decision.decision_package p LEFT JOIN decision.package_submission s USING (decision_package_id)
         CROSS JOIN (SELECT max(processed_at) AS received_at FROM decision.inbox_event WHERE event_key = $2) r
       WHERE p.case_id = $1`,
      [story.reference.caseId, evidenceId],
    );
    expect(packages).toHaveLength(12);
    for (const { status, required, knew } of packages)
      expect([status, required || knew || status === 'DRAFT']).toEqual([status, true]);
  });
});
