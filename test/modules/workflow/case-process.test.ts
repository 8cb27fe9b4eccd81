import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { CaseReference } from '../../../src/contracts/case-registry/get-case-reference.js';
import { observe, type ObservedFacts } from '../../../src/modules/workflow/observed-facts.js';
import { newId } from '../../../src/platform/base/ids.js';
import { cloneDatabase, type TestDatabase } from '../../support/database.js';
import { eventually } from '../../support/eventually.js';
import { envelopeOf } from '../../support/log.js';
import type { ObservedModule } from '../../support/observed-module.js';
import { historyOf, shuffled, waitsFor, type Course } from './histories.js';
import { processesOf, startWorkflow } from './running-workflow.js';

/** Sent back twice, decided with notices to send, and corrected twice: without them, and with them again. */
const LONG: Course = {
  ...{ opened: true, recommendation: 'PROCEED_TO_DECISION' },
  packages: [
    {
      steps: ['submit', 'reject', 'submit', 'review', 'submit'],
      ...{ decided: true, noticeRequired: true, corrections: [false, true], reviewedAfter: true },
    },
  ],
};
const REGISTERED: Course = { opened: false, recommendation: null, packages: [] };

describe('the process of a case', () => {
  const hidden = new Map<string, Partial<CaseReference>>();
  let database: TestDatabase;
  let one: ObservedModule;
  let other: ObservedModule;
  beforeAll(async () => {
    database = await cloneDatabase();
    one = await startWorkflow(hidden, { database, alone: false });
    other = await startWorkflow(hidden, { database, alone: false });
  });
  afterAll(async () => {
    await Promise.all([one.stop(), other.stop()]);
    await database.drop();
  });

  it('starts with the registration, asks for an investigation, and says what it waits for', async () => {
    const caseId = newId('case');
    await one.receives(...historyOf(REGISTERED, caseId));
    const [process, ...more] = await processesOf(one, caseId);
    const { processInstanceId = '' } = process ?? {};
    expect(more).toEqual([]);
    expect(process).toEqual({
      ...{ processInstanceId, caseId, epoch: 1, version: 2, currentState: 'WAITING_FOR_INVESTIGATION' },
      ...{ observedFacts: { registered: true }, timers: [], startedAt: expect.any(String) as unknown },
    });
    expect(await one.published(caseId)).toEqual([
      {
        ...{ type: 'ProcessAdvanced', aggregateId: processInstanceId, version: 1 },
        payload: { caseId, processInstanceId, fromState: null, toState: 'WAITING_FOR_INVESTIGATION' },
      },
      {
        ...{ type: 'InvestigationOpenRequested', aggregateId: processInstanceId, version: 2 },
        payload: { caseId, epoch: 1 },
      },
    ]);
    expect(await one.audits(caseId)).toMatchObject([
      { action: 'START_PROCESS', actor: { role: 'SYSTEM' }, beforeState: null, dataUsed: [`${caseId}@1`] },
    ]);
    const read = await one.as('legal_lena').get(`/processes/${processInstanceId}`);
    expect([read.body, read.headers.get('etag')]).toEqual([process, '"2"']);
  });

  it('is one, and asks once, however often and by however many processes the registration is heard', async () => {
    const caseIds = Array.from({ length: 10 }, () => newId('case'));
    const twice = [...caseIds, ...caseIds].flatMap((caseId) => historyOf(REGISTERED, caseId));
    await Promise.all([
      one.receives(...twice),
      other.receives(...twice.map((each) => ({ ...each, id: newId('evt') }))),
    ]);
    for (const caseId of caseIds) {
      expect(await processesOf(one, caseId)).toHaveLength(1);
      const published = await one.published(caseId);
      expect(published.map(({ type }) => type)).toEqual(['ProcessAdvanced', 'InvestigationOpenRequested']);
    }
  });

  it('advances only when its state changes, its version by one with each event', async () => {
    const caseId = newId('case');
    await one.receives(...historyOf(LONG, caseId));
    const published = await one.published(caseId);
    expect(published.map(({ version }) => version)).toEqual(published.map((_, index) => index + 1));
    const states = published.filter(({ type }) => type === 'ProcessAdvanced').map(({ payload }) => payload.toState);
    expect(states.at(-1)).toBe('WAITING_FOR_NOTICE_DELIVERY');
    for (const { type, payload } of published)
      if (type === 'ProcessAdvanced') expect(payload.fromState).not.toBe(payload.toState);
    expect((await processesOf(one, caseId))[0]).toMatchObject({ version: published.length });
    const before = await one.stored();
    await one.receives(...historyOf(LONG, caseId).slice(0, 1));
    expect(await one.stored()).toEqual(before);
  });

  it('comes to the same end whatever is heard first, and loses nothing of what is heard at once', async () => {
    const runs = fc.sample(shuffled(historyOf(LONG, 'CASE')), { numRuns: 12, seed: 5 }).map((events) => {
      const caseId = newId('case');
      return { caseId, events: events.map((each) => ofCase(each, caseId)) };
    });
    // All at once: each case's events meet in the workers of two processes.
    await Promise.all(runs.map(({ events }, index) => (index % 2 ? one : other).receives(...events)));
    for (const { caseId, events } of runs) {
      const facts = events.map(envelopeOf).reduce<ObservedFacts>(observe, {});
      const [process, ...more] = await processesOf(one, caseId);
      expect(more).toEqual([]);
      expect(process?.observedFacts).toEqual(facts);
      expect(process?.currentState).toBe(waitsFor(LONG));
      const published = await one.published(caseId);
      expect(published.map(({ version }) => version)).toEqual(published.map((_, index) => index + 1));
      expect(published.filter(({ type }) => type === 'InvestigationOpenRequested')).toHaveLength(1);
    }
  });

  it('loses no fact that changes no state when another one is heard at the same moment', async () => {
    const caseId = newId('case');
    const proposed = (): Course['packages'][number] => ({
      ...{ steps: ['submit'], decided: false, noticeRequired: false, corrections: [], reviewedAfter: false },
    });
    const course: Course = { ...LONG, packages: [proposed(), proposed(), proposed()] };
    const history = historyOf(course, caseId);
    await one.receives(...history.slice(0, -2));
    const [before] = await processesOf(one, caseId);
    // What is decided on what is there cannot be committed until the row is let go.
    await one.rows('BEGIN');
    await one.rows('SELECT FROM workflow.process_instance WHERE case_id = $1 FOR UPDATE', [caseId]);
    const ids = await one.module.log.appendTogether(history.slice(-2));
    await eventually(
      () => other.rows(`SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`),
      ({ length }) => length > 0,
    );
    await one.rows('COMMIT');
    await one.handled(ids);
    const [after] = await processesOf(one, caseId);
    expect(after).toMatchObject({ currentState: 'WAITING_FOR_APPROVAL', version: before?.version });
    expect(after?.observedFacts).toEqual(history.map(envelopeOf).reduce<ObservedFacts>(observe, {}));
  });

  /** The same event under another id, about another case. */
  const ofCase = <Event extends { aggregateId: string; payload: object }>(event: Event, caseId: string): Event => ({
    ...event,
    id: newId('evt'),
    aggregateId: event.aggregateId === 'CASE' ? caseId : event.aggregateId,
    payload: { ...event.payload, caseId },
  });

  it('is read by those who see its case, and by nobody else', async () => {
    const caseId = newId('case');
    await one.receives(...historyOf(REGISTERED, caseId));
    const [process] = await processesOf(one, caseId);
    const paths = [`/processes/${process?.processInstanceId ?? ''}`, `/processes?caseId=${caseId}`];
    const statuses = (as: string): Promise<number[]> =>
      Promise.all(paths.map(async (path) => (await one.as(as).get(path)).status));
    for (const about of [{ classification: 'RESTRICTED' as const }, { restrictedToTeam: true, team: 'nowhere' }]) {
      hidden.set(caseId, about);
      expect(await statuses('legal_lena')).toEqual([404, 404]);
      expect(await statuses('supervisor_sol')).toEqual([200, 200]);
    }
    hidden.delete(caseId);
    expect(await statuses('legal_lena')).toEqual([200, 200]);
    const ivo = one.as('investigator_ivo');
    expect((await ivo.get(`/processes/${newId('wf')}`)).status).toBe(404);
    expect((await ivo.get('/processes')).body).toMatchObject({ errorCode: 'VALIDATION_FAILED' });
  });

  it('is not read while the owner of the case does not answer', async () => {
    one.before.set('GetCaseReference', () => Promise.reject(new Error('out of order')));
    const reply = await one.as('investigator_ivo').get(`/processes?caseId=${newId('case')}`);
    one.before.clear();
    expect([reply.status, reply.body.errorCode]).toEqual([503, 'OWNER_UNAVAILABLE']);
  });
});
