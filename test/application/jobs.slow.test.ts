import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApplication, type TestApplication } from '../support/application.js';
import { asServerAdministrator } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { actionsFile, importEnded, importFile, readImport, sendFile } from '../support/imports.js';

interface Job {
  jobId: string;
  module: string;
  name: string;
  key: string;
  status: string;
  done: number;
  total: number;
  startedBy: string;
  changedBy?: string;
}
interface Jobs {
  data: Job[];
  nextCursor: string | null;
}
interface Problem {
  errorCode: string;
}

describe('Jobs, as operators see them', () => {
  let remit: TestApplication;
  beforeAll(async () => {
    remit = await startApplication();
  });
  afterAll(() => remit.stop());

  const jobs = async (query: string): Promise<Jobs> =>
    (await remit.as('supervisor_sol').get<Jobs>(`/operations/jobs${query}`)).body;
  const jobOf = async (importId: string): Promise<Job> => {
    const found = (await jobs('?module=intake&name=carry-out-import')).data.find(({ key }) => key === importId);
    if (!found) throw new Error(`The import ${importId} has no job.`);
    return found;
  };
  const sql = (text: string): Promise<unknown> =>
    asServerAdministrator((admin) => admin.query(text), remit.database.url);

  it('show an import from its beginning to its end, and in pages of what was asked for', async () => {
    const { importId } = await importFile(remit.as('intake_ines'), actionsFile(5, 2));
    const { jobId } = await jobOf(importId);
    const { body } = await eventually(
      () => remit.as('operator_otto').get<Job>(`/operations/jobs/${jobId}`),
      ({ body: job }) => job.status === 'COMPLETED',
    );
    expect(body).toMatchObject({ module: 'intake', startedBy: 'intake_ines', done: 5, total: 5, key: importId });
    const first = await jobs('?limit=1');
    expect(first.data).toHaveLength(1);
    const second = await jobs(`?limit=1&cursor=${first.nextCursor ?? ''}`);
    expect(second.data[0]?.jobId).not.toBe(first.data[0]?.jobId);
    expect((await jobs('?status=COMPLETED')).data.map((job) => job.jobId)).toEqual([jobId]);
    expect((await jobs('?module=evidence')).data.map(({ name, startedBy }) => [name, startedBy]).sort()).toEqual([
      ['sweep-contents', 'system:evidence.sweep-contents'],
      ['verify-contents', 'system:evidence.verify-contents'],
    ]);
  });

  it('are paused, resumed and cancelled with a reason, and the import says what became of it', async () => {
    const otto = remit.as('operator_otto');
    await sql('ALTER TABLE case_registry.case_header RENAME TO case_header_away');
    const { body } = await sendFile(remit.as('intake_ines'), actionsFile(4, 2, 'held up'));
    const { jobId } = await jobOf(body.importId);
    const post = (what: string, content: object = { reason: 'because' }) =>
      otto.post<Job & Problem>(`/operations/jobs/${jobId}/${what}`, content);
    expect((await post('pause', {})).status).toBe(400);
    expect((await post('resume')).body.errorCode).toBe('JOB_NOT_PAUSED');
    expect(await post('pause')).toMatchObject({ status: 200, body: { jobId, status: 'PAUSED' } });
    expect((await post('pause')).body.errorCode).toBe('JOB_NOT_RUNNING');
    expect(await jobOf(body.importId)).toMatchObject({ status: 'PAUSED', changedBy: 'operator_otto' });
    expect((await readImport(remit.as('intake_ines'), body.importId)).status).toBe('RUNNING');
    expect((await post('resume')).status).toBe(200);
    expect((await post('cancellation')).status).toBe(200);
    const ended = await importEnded(remit.as('intake_ines'), body.importId);
    expect(ended).toMatchObject({ status: 'FAILED', created: 0, refused: 4 });
    expect(new Set(ended.rows.map(({ reasons }) => reasons?.[0]?.code))).toEqual(new Set(['IMPORT_ENDED']));
    expect(await jobOf(body.importId)).toMatchObject({ status: 'CANCELLED' });
    for (const what of ['pause', 'resume', 'cancellation'])
      expect(await post(what)).toMatchObject({ status: 409, body: { errorCode: 'JOB_ENDED' } });
    await sql('ALTER TABLE case_registry.case_header_away RENAME TO case_header');
    const again = await importFile(remit.as('intake_ines'), actionsFile(4, 2, 'held up'));
    expect(again).toMatchObject({ status: 'COMPLETED', created: 4 });
  });

  it('that come again by themselves cannot be cancelled, and what is unknown is not found', async () => {
    const otto = remit.as('operator_otto');
    const [sweep] = (await jobs('?name=sweep-contents')).data;
    const reason = { reason: 'because' };
    const refused = await otto.post<Problem>(`/operations/jobs/${sweep?.jobId ?? ''}/cancellation`, reason);
    expect(refused).toMatchObject({ status: 409, body: { errorCode: 'JOB_RECURS' } });
    expect((await otto.get('/operations/jobs/job_unknown')).status).toBe(404);
    expect((await otto.post('/operations/jobs/job_unknown/pause', reason)).status).toBe(404);
    expect((await otto.post('/operations/timers/intake.nothing:1/retry', reason)).status).toBe(404);
    expect((await otto.get<Jobs>('/operations/timers?status=DEAD')).body).toEqual({ data: [], nextCursor: null });
  });
});
