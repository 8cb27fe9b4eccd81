import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { actionsFile, importEnded, readImport, sendFile, until } from '../support/imports.js';
import { RemitProcess } from '../support/process.js';

describe('an import whose process is killed', () => {
  let dataDir: string;
  let remit: RemitProcess;
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'remit-import-'));
    await chmod(dataDir, 0o755);
    remit = await RemitProcess.start(dataDir);
  });
  afterAll(async () => {
    await remit.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('goes on at every later start, and in the end there is one case a row', async () => {
    const ROWS = 900;
    const { body } = await sendFile(remit.as('intake_ines'), actionsFile(ROWS, 400));
    for (const least of [1, 200, 500]) {
      const { status } = await until(
        () => readImport(remit.as('intake_ines'), body.importId),
        ({ created }) => created >= least,
      );
      expect(status).toBe('RUNNING');
      await remit.killGroup();
      remit = await RemitProcess.start(dataDir);
    }
    const ines = remit.as('intake_ines');
    expect(await importEnded(ines, body.importId)).toMatchObject({ status: 'COMPLETED', created: ROWS, refused: 0 });

    const found: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: { data: { caseId: string }[]; nextCursor: string | null } = (
        await ines.get<typeof page>(`/cases?limit=100${cursor && `&cursor=${cursor}`}`)
      ).body;
      found.push(...page.data.map(({ caseId }) => caseId));
      cursor = page.nextCursor;
    }
    expect(found).toHaveLength(ROWS);
  }, 120_000);
});
