import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { PERMISSIONS } from '../support/permission-table.js';
import { TRIES } from './all-tries.js';
import { PROBES } from './probes.js';
import { idOfCaller, type Caller } from './callers.js';
import { stage, type Staged } from './staged.js';

describe('every route, over HTTP,', () => {
  let staged: Staged;
  beforeAll(async () => {
    staged = await stage();
  }, 180_000);
  afterAll(() => staged.remit.stop());

  it.each(TRIES)(
    '%s',
    async (_, tried) => {
      const faults: string[] = [];
      for (const row of PERMISSIONS) faults.push(...(await tried(row, staged)));
      expect(faults).toEqual([]);
    },
    600_000,
  );

  it('leaves the same trace of content that is hidden as of content that is not there', async () => {
    const by: Caller = { roles: ['INVESTIGATOR'], clearance: 'PUBLIC', team: 'other', name: 'curious' };
    for (const { evidenceId } of [staged.hiddenItems[0] ?? staged.nothing, staged.nothing])
      await staged.trials.call(by, { method: 'GET', path: `/evidence/${evidenceId}/content` });
    const { body } = await eventually(
      () =>
        staged.remit
          .as('auditor_aude')
          .get<{ data: Record<string, unknown>[] }>(`/audit/records?actorId=${encodeURIComponent(idOfCaller(by))}`),
      ({ body: { data } }) => data.length === 2,
    );
    const refusal = { action: 'READ_EVIDENCE_CONTENT', afterState: 'REFUSED', reasonCode: 'NOT_FOUND' };
    expect(body.data).toMatchObject([refusal, refusal]);
  });

  it('is tried wherever its row guards something', () => {
    const guarded = PERMISSIONS.filter(({ guards = [] }) => guards.length > 0).map(({ endpoint }) => endpoint);
    expect(guarded.filter((endpoint) => !(endpoint in PROBES))).toEqual([
      'GET /parties',
      'GET /cases',
      'GET /worklist',
      'GET /audit/records',
      'GET /audit/verification',
    ]);
  });
});
