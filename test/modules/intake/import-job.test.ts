import { describe, expect, it } from '@jest/globals';
import { ImportJob } from '../../../src/modules/intake/import-job.js';
import { withCall, type Call } from '../../../src/platform/base/context.js';

const call: Call = {
  actor: { actorId: 'intake_ines', roles: ['INTAKE_OFFICER'], clearance: 'CONFIDENTIAL', team: 'central' },
  correlationId: 'corr_1',
  commandId: 'cmd_1',
  causationId: 'cmd_1',
  policyDecision: { policyDecisionId: 'pdp_1', policies: ['POST /imports'], role: 'INTAKE_OFFICER' },
  idempotency: { key: 'k', digest: 'd' },
};

const at = (seconds: number): Date => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds));
const job = (): ImportJob => withCall(call, () => ImportJob.start('letters', 4, 1, at(0)));

describe('An import job', () => {
  it('remembers in whose name it was asked for, but not the key of the request', () => {
    const { idempotency: _, ...askedBy } = call;
    expect(job().askedBy).toEqual(askedBy);
  });

  it('counts what became of its rows, and is completed though rows were refused', () => {
    const held = job();
    held.count(['CREATED', 'EXISTING', 'REFUSED']);
    expect(held.counts).toBe('4 rows, 1 created, 1 existing, 2 refused');
    held.finish(false, at(9));
    expect(held).toMatchObject({ status: 'COMPLETED', finishedAt: at(9), settled: 4 });
  });

  it('has failed only when rights were refused and nothing was imported', () => {
    const [without, within] = [job(), job()];
    without.count(['REFUSED', 'REFUSED', 'REFUSED']);
    without.finish(true, at(9));
    within.count(['CREATED', 'REFUSED', 'REFUSED']);
    within.finish(true, at(9));
    expect([without.status, within.status]).toEqual(['FAILED', 'COMPLETED']);
  });

  it('that is given up has failed, and counts the rows without an outcome as refused', () => {
    const given = job();
    given.count(['CREATED']);
    given.giveUp(2, at(9));
    expect(given).toMatchObject({ status: 'FAILED', finishedAt: at(9), created: 1, refused: 3, settled: 4 });
  });
});
