import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FaultedProcess } from '../support/faults/faulted-process.js';
import { embeddedServer } from '../support/faults/deployments.js';
import { randomOf } from '../support/faults/random.js';
import { FaultedSystem } from '../support/faults/system.js';
import { actionsFile, importEnded, readImport, sendFile, until } from '../support/imports.js';

describe('an import whose process is killed', () => {
  let system: FaultedSystem;
  let remit: FaultedProcess;
  beforeAll(async () => {
    system = await FaultedSystem.on(await embeddedServer(), randomOf(1));
    remit = await system.start();
  }, 120_000);
  afterAll(() => system.close());

  it('goes on at every later start, and in the end there is one case a row, and one effect of each', async () => {
    const ROWS = 900;
    const { body } = await sendFile(remit.officer, actionsFile(ROWS, 400));
    for (const least of [1, 200, 500]) {
      const { status } = await until(
        () => readImport(remit.officer, body.importId),
        ({ created }) => created >= least,
      );
      expect(status).toBe('RUNNING');
      await remit.killGroup();
      remit = await system.start();
    }
    const ended = await importEnded(remit.officer, body.importId);
    expect(ended).toMatchObject({ status: 'COMPLETED', created: ROWS, refused: 0 });
    const { rows } = await system.asAdministrator((admin) => admin.query('SELECT FROM case_registry.case_header'));
    expect(rows).toHaveLength(ROWS);
    expect(await system.checkDelivery(remit)).toEqual([]);
  }, 240_000);
});
