import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { withCall, type AskedBy } from '../../platform/base/context.js';
import { ModuleDatabase } from '../../platform/database/module-database.js';
import { Work } from '../../platform/messaging/work.js';
import { Refusal } from '../../platform/base/refusal.js';
import { Log } from '../../platform/telemetry/log.js';
import { CARRY_OUT_IMPORT, type ImportToRun } from './run-import.js';

interface Orphan {
  importId: string;
  askedBy: AskedBy;
  total: number;
}

/**
 * Imports used to be carried out without a job, by processes of an older release: one that such a process has left
 * behind gets its job at the start. From then on the older process, if it still runs, is refused to go on with it.
 */
@Injectable()
export class AdoptImports implements OnApplicationBootstrap {
  constructor(
    private readonly work: Work,
    private readonly database: ModuleDatabase,
    private readonly log: Log,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const orphans = await this.database.query<Orphan>({
      text: `SELECT import_id AS "importId", asked_by AS "askedBy", total FROM import_job
             WHERE status = 'RUNNING' AND NOT EXISTS (SELECT FROM job WHERE name = $1 AND key = import_id)
             ORDER BY import_id`,
      values: [CARRY_OUT_IMPORT],
    });
    for (const orphan of orphans) await withCall(orphan.askedBy, () => this.adopt(orphan)).catch(this.failed);
  }

  private async adopt({ importId, total }: Orphan): Promise<void> {
    await this.work.run((tx) => {
      const input: ImportToRun = { importId };
      tx.startJob(CARRY_OUT_IMPORT, { key: importId, input, total, reason: 'It was under way before the upgrade.' });
      tx.statement('UPDATE import_job SET held_by = DEFAULT, held_until = DEFAULT WHERE import_id = $1', [importId]);
      tx.audit({ eventType: 'ImportAdoptedAudit', action: 'ADOPT_IMPORT', subject: { importId } });
      return { body: {} };
    });
  }

  /** Another process that starts at the same time may have been faster. */
  private readonly failed = (error: unknown): void => {
    if (!(error instanceof Refusal)) this.log.fault('An import could not be taken over.', error as Error);
  };
}
