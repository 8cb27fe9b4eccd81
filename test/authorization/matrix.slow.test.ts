import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PERMISSIONS } from '../support/permission-table.js';
import { TRIES } from './all-tries.js';
import { PROBES } from './probes.js';
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
