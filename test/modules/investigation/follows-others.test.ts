import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../../../src/platform/base/ids.js';
import { decisionFinalized, evidenceClassified, RunningInvestigation, type Known } from './running-investigation.js';

describe('an investigation that hears of others', () => {
  let running: RunningInvestigation;
  beforeAll(async () => {
    running = await RunningInvestigation.start();
  });
  afterAll(() => running.stop());

  const read = async ({ investigationId }: Known): Promise<Record<string, unknown>> =>
    (await running.observed.as('legal_lena').get(`/investigations/${investigationId}`)).body;
  const marksOf = async (findingId: string): Promise<unknown> =>
    (await running.observed.as('legal_lena').get(`/findings/${findingId}`)).body.reclassifiedEvidence;
  const submitted = async (): Promise<Known> => {
    const known = await running.opened();
    await running.found(known);
    await running.submit(known);
    return known;
  };

  it('is completed by the decision that rests on it, once, and no other is', async () => {
    const [known, bystander] = [await submitted(), await submitted()];
    await running.observed.receives(decisionFinalized(known));
    await running.observed.receives(decisionFinalized(known), decisionFinalized(known));
    expect(await read(known)).toMatchObject({ status: 'COMPLETED', version: 3, recommendation: 'PROCEED_TO_DECISION' });
    expect(await read(bystander)).toMatchObject({ status: 'SUBMITTED', version: 2 });
    const completed = (await running.observed.published(known.caseId)).filter(
      ({ type }) => type === 'InvestigationCompleted',
    );
    expect(completed).toEqual([
      {
        ...{ type: 'InvestigationCompleted', aggregateId: known.investigationId, version: 3 },
        payload: {
          ...{ caseId: known.caseId, investigationId: known.investigationId, epoch: 1 },
          recommendation: 'PROCEED_TO_DECISION',
        },
      },
    ]);
    expect((await running.observed.audits(known.caseId)).at(-1)).toMatchObject({
      ...{ action: 'COMPLETE_INVESTIGATION', beforeState: 'SUBMITTED', afterState: 'COMPLETED' },
      actor: { role: 'SYSTEM' },
    });
  });

  it('is not completed before its findings are submitted, nor by a decision on one that is not here', async () => {
    const open = await running.opened();
    const before = await running.observed.published(open.caseId);
    await running.observed.receives(
      decisionFinalized(open),
      decisionFinalized({ ...open, investigationId: newId('inv') }),
    );
    expect(await read(open)).toMatchObject({ status: 'OPEN', version: 1 });
    expect(await running.observed.published(open.caseId)).toEqual(before);
  });

  it('marks the findings that rest on reclassified evidence, and those alone, once, whether frozen or not', async () => {
    const known = await running.opened();
    const [item, other] = [running.item(known.caseId), running.item(known.caseId)];
    const { findingId } = await running.found(known, { evidenceRefs: [item, other] });
    const unmarked = await running.found(known, { evidenceRefs: [other] });
    const news = { ...evidenceClassified(known.caseId, item.evidenceId, 'INTERNAL', 'RESTRICTED'), id: newId('evt') };
    await running.observed.receives(news);
    // The same news under another id: an owner may tell twice.
    await running.observed.receives({ ...news, id: newId('evt') });
    const mark = { evidenceId: item.evidenceId, from: 'INTERNAL', to: 'RESTRICTED' };
    expect(await marksOf(findingId)).toMatchObject([mark]);
    expect(await marksOf(unmarked.findingId)).toEqual([]);
    expect((await running.observed.audits(known.caseId)).at(-1)).toMatchObject({
      ...{ action: 'MARK_RECLASSIFIED_EVIDENCE', beforeState: 'INTERNAL', afterState: 'RESTRICTED' },
      dataUsed: [`${findingId}@1`],
    });
    await running.submit(known);
    await running.observed.receives(evidenceClassified(known.caseId, other.evidenceId, 'INTERNAL', 'CONFIDENTIAL'));
    expect(await marksOf(findingId)).toMatchObject([mark, { evidenceId: other.evidenceId, to: 'CONFIDENTIAL' }]);
    const list = await running.observed
      .as('legal_lena')
      .get<{ data: { reclassifiedEvidence: unknown[] }[] }>(`/findings?caseId=${known.caseId}`);
    expect(list.body.data.map(({ reclassifiedEvidence }) => reclassifiedEvidence.length)).toEqual([2, 1]);
  });

  it('marks a finding that is recorded or amended while the news comes, and not one that came to know it', async () => {
    const known = await running.opened();
    const [item, other] = [running.item(known.caseId), running.item(known.caseId)];
    const { allegationId, findingId } = await running.found(known, { evidenceRefs: [other] });
    const news = evidenceClassified(known.caseId, item.evidenceId, 'INTERNAL', 'RESTRICTED');
    // Heard after the finding was begun, and before it is there to be looked for.
    running.observed.before.set('GetEvidenceReference', async () => {
      running.observed.before.clear();
      await running.observed.receives(news);
    });
    const meanwhile = await running.find(allegationId, { evidenceRefs: [item] });
    expect(await marksOf(String(meanwhile.body.findingId))).toMatchObject([{ evidenceId: item.evidenceId }]);
    const later = await running.find(allegationId, { evidenceRefs: [item] });
    expect(await marksOf(String(later.body.findingId))).toEqual([]);

    running.observed.before.set('GetEvidenceReference', async () => {
      running.observed.before.clear();
      const { payload } = evidenceClassified(known.caseId, item.evidenceId, 'RESTRICTED', 'INTERNAL');
      await running.observed.receives({
        ...news,
        aggregateVersion: 4,
        payload: { ...payload, classificationVersion: 3 },
      });
    });
    const evidenceRefs = [item, other];
    await running.command('PATCH', `/findings/${findingId}`, { evidenceRefs }, { version: 1 });
    expect(await marksOf(findingId)).toMatchObject([{ evidenceId: item.evidenceId, to: 'INTERNAL' }]);
    // What it rests on already keeps its mark, whatever else is amended.
    await running.command('PATCH', `/findings/${findingId}`, { evidenceRefs: [item] }, { version: 2 });
    expect(await marksOf(findingId)).toMatchObject([{ evidenceId: item.evidenceId, to: 'INTERNAL' }]);
  });

  it('does not disturb whoever is amending the finding, and drops the mark with the evidence', async () => {
    const known = await running.opened();
    const item = running.item(known.caseId);
    const { findingId } = await running.found(known, { evidenceRefs: [item] });
    await running.observed.receives(evidenceClassified(known.caseId, item.evidenceId, 'INTERNAL', 'RESTRICTED'));
    expect(await marksOf(findingId)).toHaveLength(1);
    const amended = await running.command('PATCH', `/findings/${findingId}`, { evidenceRefs: [] }, { version: 1 });
    expect([amended.status, amended.body.version]).toEqual([200, 2]);
    expect(await marksOf(findingId)).toEqual([]);
  });
});
