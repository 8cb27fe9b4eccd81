import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DecisionFinalized } from '../../../src/contracts/decision/decision-finalized.v1.js';
import { FindingsSubmitted } from '../../../src/contracts/investigation/findings-submitted.v1.js';
import { InvestigationCompleted } from '../../../src/contracts/investigation/investigation-completed.v1.js';
import { InvestigationOpened } from '../../../src/contracts/investigation/investigation-opened.v1.js';
import { GetPartySnapshot } from '../../../src/contracts/party/get-party-snapshot.js';
import { CaseLifecycle, type CaseFacts } from '../../../src/modules/case-registry/case-lifecycle.js';
import { CaseRegistryModule } from '../../../src/modules/case-registry/case-registry.module.js';
import { newId } from '../../../src/platform/base/ids.js';
import type { LoggedEvent } from '../../support/log.js';
import { startModule } from '../../support/module.js';
import { ObservedModule } from '../../support/observed-module.js';

const PROCEED: CaseFacts[] = [{ investigated: true }, { submitted: 'PROCEED_TO_DECISION' }, { decided: true }];
const ENDED: CaseFacts[] = [{ investigated: true }, { submitted: 'NO_FURTHER_ACTION' }];

describe('the lifecycle of a case', () => {
  it('is the furthest fact, in whatever order and however often the facts are observed', () => {
    const begun = (facts: readonly CaseFacts[]): CaseLifecycle => {
      const lifecycle = CaseLifecycle.begin('case_1');
      for (const fact of facts) lifecycle.observe(fact);
      return lifecycle;
    };
    const statuses = new Set<string>();
    fc.assert(
      fc.property(
        fc.constantFrom(PROCEED, ENDED).chain((all) => fc.tuple(fc.subarray(all), fc.infiniteStream(fc.nat()))),
        ([facts, numbers]) => {
          const many = facts.flatMap((fact) =>
            Array.from({ length: ((numbers.next().value as number) % 3) + 1 }, () => fact),
          );
          const order = many
            .map((fact) => ({ fact, place: numbers.next().value as number }))
            .sort((a, b) => a.place - b.place)
            .map(({ fact }) => fact);
          const { status, observedFacts } = begun(order);
          expect({ status, observedFacts }).toEqual({
            status: begun(facts).status,
            observedFacts: begun(facts).observedFacts,
          });
          statuses.add(status);
        },
      ),
      { numRuns: 1_000 },
    );
    expect([...statuses].sort()).toEqual(['DECIDED', 'DECISION_PENDING', 'REGISTERED', 'UNDER_INVESTIGATION']);
  });

  it.each([
    [[], 'REGISTERED'],
    [PROCEED.slice(0, 1), 'UNDER_INVESTIGATION'],
    [PROCEED.slice(0, 2), 'DECISION_PENDING'],
    [PROCEED, 'DECIDED'],
    [PROCEED.slice(2), 'DECIDED'],
    [ENDED, 'DECIDED'],
  ])('after %j is %s', (facts: CaseFacts[], status) => {
    const lifecycle = CaseLifecycle.begin('case_1');
    expect(facts.map((fact) => lifecycle.observe(fact))).toEqual(facts.map(() => true));
    expect(facts.map((fact) => lifecycle.observe(fact))).toEqual(facts.map(() => false));
    expect(lifecycle.status).toBe(status);
  });
});

describe('a case that others tell of', () => {
  let registry: ObservedModule;
  beforeAll(async () => {
    registry = await ObservedModule.of(await startModule(CaseRegistryModule), 'case-registry');
    registry.answer(GetPartySnapshot, ({ partyIds }) =>
      partyIds.map((partyId) => ({
        ...{ partyId, partyVersion: 1, kind: 'ORGANISATION', legalName: 'Alder Mill Ltd' },
        ...{ registrationNumber: null, classification: 'INTERNAL', mergedInto: null },
      })),
    );
  });
  afterAll(() => registry.stop());

  const registered = async (): Promise<string> =>
    String(
      (
        await registry
          .as('intake_ines')
          .post('/cases', { caseTypeCode: 'WAT', parties: [{ partyId: newId('pty'), role: 'SUBJECT' }] })
      ).body.caseId,
    );

  const eventsOf = (caseId: string): LoggedEvent[] => {
    const [investigationId, decisionId] = [newId('inv'), newId('dec')];
    const about = { caseId, investigationId };
    const recommendation = 'PROCEED_TO_DECISION';
    const source = { producer: 'investigation', aggregateType: 'investigation', aggregateId: investigationId };
    return [
      { ...source, contract: InvestigationOpened, aggregateVersion: 1, payload: { ...about, epoch: 1 } },
      {
        ...source,
        contract: FindingsSubmitted,
        aggregateVersion: 2,
        payload: { ...about, recommendation, findingIds: [] },
      },
      {
        ...source,
        contract: InvestigationCompleted,
        aggregateVersion: 3,
        payload: { ...about, epoch: 1, recommendation },
      },
      {
        ...{ producer: 'decision', contract: DecisionFinalized, aggregateType: 'decision_package' },
        ...{ aggregateId: newId('dpkg'), aggregateVersion: 3 },
        payload: {
          ...{ ...about, decisionId, decisionVersion: 1, outcome: 'WARNING', noticeRequired: true },
          ...{ obligationRequired: false, legalBasisCodes: ['ACT-12-4'], addressees: [], obligations: [] },
        },
      },
    ];
  };
  const changes = async (caseId: string): Promise<unknown[]> =>
    (await registry.published(caseId))
      .filter(({ type }) => type === 'CaseLifecycleChanged')
      .map(({ version, payload: { fromStatus, toStatus } }) => [version, fromStatus, toStatus]);

  it('changes its status with a version of its own, and leaves the version of its header alone', async () => {
    const caseId = await registered();
    await registry.receives(...eventsOf(caseId));
    expect(await changes(caseId)).toEqual([
      [1, 'REGISTERED', 'UNDER_INVESTIGATION'],
      [2, 'UNDER_INVESTIGATION', 'DECISION_PENDING'],
      [3, 'DECISION_PENDING', 'DECIDED'],
    ]);
    const published = (await registry.published(caseId)).filter(({ type }) => type === 'CaseLifecycleChanged');
    expect(published.every(({ aggregateId, payload }) => aggregateId === caseId && payload.epoch === 1)).toBe(true);
    const read = await registry.as('intake_ines').get(`/cases/${caseId}`);
    expect(read.body).toMatchObject({ status: 'DECIDED', version: 1 });
    expect(read.headers.get('etag')).toBe('"1"');
    // Whoever saw the header before all this may still amend it.
    const amended = await registry
      .as('intake_ines')
      .send('PATCH', `/cases/${caseId}`, { title: 'Spill at the weir' }, { 'if-match': '"1"' });
    expect([amended.status, amended.body.version]).toEqual([200, 2]);
    expect((await registry.audits(caseId)).filter(({ action }) => action === 'OBSERVE_CASE_FACT')).toHaveLength(3);
  });

  it('comes to the same end when they tell in another order, at once and more than once', async () => {
    const caseIds = await Promise.all(Array.from({ length: 8 }, registered));
    await Promise.all(
      caseIds.map((caseId, index) => {
        const events = eventsOf(caseId);
        const turned = [...events.slice(index % 4), ...events.slice(0, index % 4)];
        return registry.receives(...(index < 4 ? turned : turned.reverse()), ...events.map((each) => ({ ...each })));
      }),
    );
    for (const caseId of caseIds) {
      const [lifecycle] = await registry.rows(
        'SELECT status, observed_facts AS facts, version FROM case_registry.case_lifecycle WHERE case_id = $1',
        [caseId],
      );
      const published = await changes(caseId);
      expect(lifecycle).toEqual({
        status: 'DECIDED',
        facts: { investigated: true, submitted: 'PROCEED_TO_DECISION', decided: true },
        version: published.length,
      });
      expect(published.map((each) => (each as unknown[])[0])).toEqual(published.map((_, index) => index + 1));
    }
  });
});
