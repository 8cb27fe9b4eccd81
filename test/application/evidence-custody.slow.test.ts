import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EvidenceCase, type Problem } from '../journeys/evidence-case.js';
import { startApplication, type TestApplication } from '../support/application.js';
import { asServerAdministrator } from '../support/database.js';
import { eventually } from '../support/eventually.js';

const CONTENT = 'The valve was open at 06:40.\n';

/** What nobody can bring about through the API is done to the database by its administrator. */
describe('evidence', () => {
  let remit: TestApplication;
  let there: EvidenceCase;
  beforeAll(async () => {
    remit = await startApplication();
    there = await EvidenceCase.of(remit);
  });
  afterAll(() => remit.stop());
  const as = (actorId: string) => remit.as(actorId);
  const sql = (text: string, values: unknown[]): Promise<unknown> =>
    asServerAdministrator((admin) => admin.query(text, values), remit.database.url);

  it('of a closed case takes nothing more', async () => {
    const caseId = await there.anotherCase();
    const evidenceId = await there.item({ caseId });
    // Its lifecycle follows the investigation that is opened for it, and would overwrite ours.
    await eventually(
      () => as('supervisor_sol').get(`/cases/${caseId}`),
      ({ body }) => body.status !== 'REGISTERED',
    );
    await sql(`UPDATE case_registry.case_lifecycle SET status = 'CLOSED' WHERE case_id = $1`, [caseId]);
    const registered = await as('investigator_ivo').post<Problem>('/evidence', there.registration({ caseId }));
    expect([registered.status, registered.body.errorCode]).toEqual([409, 'CASE_CLOSED']);
    expect((await there.put(evidenceId, CONTENT, '"1"')).body.errorCode).toBe('CASE_CLOSED');
  });

  it('whose chain of custody was changed by hand says where', async () => {
    const evidenceId = await there.item({}, CONTENT);
    await sql(`UPDATE evidence.custody_event SET actor_id = 'nobody' WHERE evidence_id = $1 AND seq = 2`, [evidenceId]); // prettier-ignore
    expect((await there.custody(evidenceId)).verification).toMatchObject({
      intact: false,
      firstBroken: { seq: 2, reason: 'HASH_MISMATCH' },
    });
  });

  it('has its chain of custody as it was when rows are brought back', async () => {
    const evidenceId = await there.item({}, CONTENT);
    const before = await there.custody(evidenceId);
    await sql(
      `WITH gone AS (DELETE FROM evidence.custody_event WHERE evidence_id = $1 RETURNING *)
       INSERT INTO evidence.custody_event SELECT * FROM gone ORDER BY seq DESC`,
      [evidenceId],
    );
    expect(await there.custody(evidenceId)).toEqual(before);
  });
});
