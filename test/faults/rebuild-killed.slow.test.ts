import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { eventually } from '../support/eventually.js';
import { REBUILD_POINTS } from '../support/faults/crash-points.js';
import { awaitDrained } from '../support/faults/drained.js';
import type { FaultedProcess } from '../support/faults/faulted-process.js';
import { clonedDatabase } from '../support/faults/deployments.js';
import { randomOf } from '../support/faults/random.js';
import { FaultedSystem } from '../support/faults/system.js';

const ENDS_WITHIN_MS = 90_000;

describe('a rebuild whose process is killed', () => {
  let system: FaultedSystem;
  let remit: FaultedProcess;
  beforeAll(async () => {
    system = await FaultedSystem.on(await clonedDatabase(), randomOf(1));
    remit = await system.start();
    const load = system.workload();
    load.start(remit.officer);
    await eventually(dossiers, ({ length }) => length > 20, ENDS_WITHIN_MS);
    await load.stop();
  }, 120_000);
  afterAll(() => system.close());

  const sql = <Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> =>
    system.asAdministrator(async (admin) => (await admin.query<Row>(text, values)).rows);

  async function rebuild(): Promise<string> {
    const reply = await remit
      .as('operator_otto')
      .post<{ jobId: string }>('/operations/projections/case-dossier/rebuild', { reason: 'A test.' });
    return reply.body.jobId;
  }

  const ended = (jobId: string): Promise<unknown> =>
    eventually(
      () => sql<{ status: string }>('SELECT status FROM reporting.job WHERE job_id = $1', [jobId]),
      ([job]) => job?.status === 'COMPLETED',
      ENDS_WITHIN_MS,
    );

  /** What readers see, of when it was made apart. */
  const dossiers = (): Promise<object[]> =>
    sql(`SELECT to_jsonb(d) - 'projected_at' AS dossier FROM reporting.case_dossier d ORDER BY case_id`);

  const slots = (): Promise<{ slot: string; active: boolean }[]> =>
    sql(`SELECT DISTINCT slot, slot = active_slot AS active FROM reporting.case_dossier_slots, reporting.projection_slot
         WHERE projection = 'case-dossier'`);

  it.each(REBUILD_POINTS)(
    '%s leads to what a rebuild leads to whose process was not, though commands go on meanwhile',
    async (point) => {
      await sql(`UPDATE reporting.case_dossier_slots SET title = 'damaged', sources = '{"case_header:none": 9}'`);
      const load = system.workload();
      load.start(remit.officer);
      await remit.arm(point);
      const { jobId } = await remit
        .as('operator_otto')
        .post<{ jobId: string }>('/operations/projections/case-dossier/rebuild', { reason: 'Its rows were damaged.' })
        .then(({ body }) => body, () => ({ jobId: '' })); // prettier-ignore
      expect((await remit.hit(ENDS_WITHIN_MS)).point).toBe(point);
      expect(await remit.exited).toBe(null);
      await load.stop();
      await system.endLeases();
      await sql(`UPDATE reporting.job SET lease_until = clock_timestamp() WHERE status = 'RUNNING'`);
      const [job] = await sql<{ id: string }>('SELECT max(job_id) AS id FROM reporting.job');
      remit = await system.start();
      await ended(jobId || (job?.id ?? ''));
      await system.asAdministrator((admin) => awaitDrained(admin, remit));
      const found = await dossiers();
      expect(found.length).toBeGreaterThan(0);
      expect(JSON.stringify(found)).not.toContain('damaged');
      expect(await slots()).toEqual([{ slot: expect.any(String), active: true }]);
      await ended(await rebuild());
      expect(await dossiers()).toEqual(found);
    },
    360_000,
  );
});
