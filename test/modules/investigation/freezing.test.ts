import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { SubmittedFindings } from '../../../src/contracts/investigation/get-submitted-findings.js';
import { asServerAdministrator } from '../../support/database.js';
import { eventually } from '../../support/eventually.js';
import { RunningInvestigation, type Known } from './running-investigation.js';

describe('what is recorded while findings are submitted', () => {
  let running: RunningInvestigation;
  beforeAll(async () => {
    running = await RunningInvestigation.start();
  });
  afterEach(() => {
    running.observed.before.clear();
  });
  afterAll(() => running.stop());

  const frozen = async ({ investigationId }: Known): Promise<SubmittedFindings> =>
    (await running.observed.switchboard.questions.get('GetSubmittedFindings')?.answer({
      investigationId,
    })) as SubmittedFindings;

  it('is in the submission or refused: none is lost from it, and none slips in behind it', async () => {
    const outcomes = new Set<number>();
    const both = (): boolean => outcomes.has(201) && outcomes.has(409);
    for (let round = 0; round < 8 || (round < 40 && !both()); round += 1) {
      const known = await running.opened();
      const { allegationId, findingId } = await running.found(known);
      const record = Array.from({ length: 6 }, () => () => running.find(allegationId));
      const amend = (): ReturnType<typeof running.command> =>
        running.command('PATCH', `/findings/${findingId}`, { conclusion: 'INCONCLUSIVE' }, { version: 1 });
      const amending = amend();
      const [submission, amended, ...recorded] = await Promise.all([
        running.submit(known),
        amending,
        // Half of them a moment later, when the submission is about to be committed.
        ...record.map((each, index) => (index < 3 ? each() : amending.then(each))),
      ]);
      expect(submission.status).toBe(200);
      for (const { status, body } of [amended, ...recorded])
        if (status >= 400) expect([status, body.errorCode]).toEqual([409, 'INVESTIGATION_NOT_OPEN']);
      const saved = recorded.filter(({ status }) => status === 201).map(({ body }) => String(body.findingId));
      const { findings } = await frozen(known);
      expect(findings.map((each) => each.findingId).sort()).toEqual([findingId, ...saved].sort());
      expect(findings.find((each) => each.findingId === findingId)).toMatchObject(
        amended.status === 200
          ? { findingVersion: 2, conclusion: 'INCONCLUSIVE' }
          : { findingVersion: 1, conclusion: 'SUBSTANTIATED' },
      );
      const published = (await running.observed.published(known.caseId)).find(
        ({ type }) => type === 'FindingsSubmitted',
      );
      expect(published?.payload.findingIds).toEqual(findings.map((each) => each.findingId));
      recorded.forEach(({ status }) => outcomes.add(status));
    }
    // Else nothing ever met, and the test would say nothing.
    expect([...outcomes].sort()).toEqual([201, 409]);
  });

  it('makes the submission decide again when it comes in between', async () => {
    const known = await running.opened();
    const { allegationId, findingId } = await running.found(known);
    const waiting = (count: number): Promise<unknown> =>
      eventually(
        () =>
          asServerAdministrator(
            async (admin) =>
              (
                await admin.query(
                  `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
                )
              ).rowCount,
            running.observed.module.database.url,
          ),
        (found) => found === count,
      );
    await running.observed.rows('BEGIN');
    const lock = 'SELECT FROM investigation.investigation_contents WHERE investigation_id = $1 FOR UPDATE';
    await running.observed.rows(lock, [known.investigationId]);
    const recorded = running.find(allegationId);
    await waiting(1);
    // Decided on one finding, and behind the other one in the queue.
    const submission = running.submit(known);
    await waiting(2);
    await running.observed.rows('COMMIT');
    expect([(await recorded).status, (await submission).status]).toEqual([201, 200]);
    const both = [findingId, String((await recorded).body.findingId)].sort();
    expect((await frozen(known)).findings.map((each) => each.findingId)).toEqual(both);
  });

  it('is refused when it was begun before the submission and comes after it', async () => {
    const known = await running.opened();
    const { allegationId, findingId } = await running.found(known);
    // Held up at its evidence's owner until the submission is made.
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    running.observed.before.set('GetEvidenceReference', () => held);
    const late = running.find(allegationId, { evidenceRefs: [running.item(known.caseId)] });
    const { body } = await running.submit(known);
    expect(body.status).toBe('SUBMITTED');
    release();
    expect((await late).body.errorCode).toBe('INVESTIGATION_NOT_OPEN');
    expect((await frozen(known)).findings.map((each) => each.findingId)).toEqual([findingId]);
  });

  it('would slip in if the contents were not counted', async () => {
    const known = await running.opened();
    const { findingId } = await running.found(known);
    await running.submit(known);
    await running.observed.rows(
      'UPDATE investigation.investigation_contents SET open = true WHERE investigation_id = $1',
      [known.investigationId],
    );
    const slipped = await running.command(
      'PATCH',
      `/findings/${findingId}`,
      { statement: 'Otherwise.' },
      { version: 1 },
    );
    expect(slipped.status).toBe(200);
    const { findings } = await frozen(known);
    expect(findings).toMatchObject([{ findingVersion: 1, statement: 'SECRET-FOUND: it was dye.' }]);
  });
});
