import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../../../src/platform/base/ids.js';
import { cloneDatabase, type TestDatabase } from '../../support/database.js';
import { openRequested, RunningInvestigation } from './running-investigation.js';

describe('an investigation', () => {
  let database: TestDatabase;
  let one: RunningInvestigation;
  let other: RunningInvestigation;
  beforeAll(async () => {
    database = await cloneDatabase();
    one = await RunningInvestigation.start({ database, alone: false });
    other = await RunningInvestigation.start({ database, alone: false });
  });
  afterAll(async () => {
    await Promise.all([one.stop(), other.stop()]);
    await database.drop();
  });

  it('is opened when Workflow wishes it', async () => {
    const { caseId, investigationId } = await one.opened();
    expect(await one.observed.published(caseId)).toEqual([
      {
        ...{ type: 'InvestigationOpened', aggregateId: investigationId, version: 1 },
        payload: { caseId, investigationId, epoch: 1 },
      },
    ]);
    expect(await one.observed.audits(caseId)).toMatchObject([
      { action: 'OPEN_INVESTIGATION', actor: { role: 'SYSTEM' }, subject: { caseId, investigationId } },
    ]);
    const read = await one.observed.as('intake_ines').get(`/investigations/${investigationId}`);
    expect(read.headers.get('etag')).toBe('"1"');
    expect(read.body).toMatchObject({ investigationId, caseId, epoch: 1, status: 'OPEN', version: 1 });
  });

  it('is opened once per case, however often it is wished and by however many processes it is heard', async () => {
    const caseIds = Array.from({ length: 12 }, () => newId('case'));
    const wishes = [...caseIds, ...caseIds, ...caseIds].map((caseId) => openRequested(caseId));
    await Promise.all([one.observed.receives(...wishes.slice(0, 18)), other.observed.receives(...wishes.slice(18))]);
    const opened = await one.observed.rows<{ caseId: string; count: number }>(
      `SELECT case_id AS "caseId", count(*)::int FROM investigation.investigation WHERE case_id = ANY ($1) GROUP BY 1`,
      [caseIds],
    );
    expect(opened.map(({ caseId }) => caseId).sort()).toEqual([...caseIds].sort());
    expect(opened.every(({ count }) => count === 1)).toBe(true);
    for (const caseId of caseIds) expect(await one.observed.published(caseId)).toHaveLength(1);
  });

  it('is another one in another epoch of its case', async () => {
    const { caseId, investigationId } = await one.opened();
    await one.observed.receives(openRequested(caseId, 2));
    const { data } = (
      await one.observed
        .as('investigator_ivo')
        .get<{ data: { investigationId: string; epoch: number }[] }>(`/investigations?caseId=${caseId}`)
    ).body;
    expect(data).toMatchObject([{ investigationId, epoch: 1 }, { epoch: 2 }]);
    expect(new Set(data.map((each) => each.investigationId)).size).toBe(2);
  });
});
