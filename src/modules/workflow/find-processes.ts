import { Injectable } from '@nestjs/common';
import { Matches } from 'class-validator';
import { GetCaseReference } from '../../contracts/case-registry/get-case-reference.js';
import { idOf } from '../../contracts/shared/values.js';
import { ModuleDatabase } from '../../platform/database/module-database.js';
import { PageQuery, type Page } from '../../platform/http/page.js';
import { Bus } from '../../platform/messaging/bus.js';
import { callerMayRead } from '../../casework/visibility.js';
import { refuse } from '../../platform/base/refusal.js';
import { ProcessInstance } from './process-instance.js';

export class ProcessQuery extends PageQuery {
  /** Of this case alone. */
  @Matches(idOf('case'))
  caseId!: string;
}

export type ReadProcess = Omit<ProcessInstance, 'revision' | 'observe'> & { timers: [] };

const shown = ({ revision: _, ...process }: ProcessInstance): ReadProcess => ({ ...process, timers: [] });

/** The owner's answers about processes, within what the reader may see of their cases. */
@Injectable()
export class FindProcesses {
  constructor(
    private readonly database: ModuleDatabase,
    private readonly bus: Bus,
  ) {}

  /** @throws NOT_FOUND when there is none or its case is not the caller's to see */
  async one(processInstanceId: string): Promise<ReadProcess> {
    const [found] = await this.database.find(ProcessInstance, { processInstanceId });
    if (!found) throw refuse.NOT_FOUND();
    await this.requireReadable(found.caseId);
    return shown(found);
  }

  /** One at most: a case has one process. */
  async list({ caseId }: ProcessQuery): Promise<Page<ReadProcess>> {
    await this.requireReadable(caseId);
    const found = await this.database.find(ProcessInstance, { caseId });
    return { data: found.map(shown), nextCursor: null };
  }

  private async requireReadable(caseId: string): Promise<void> {
    const found = await this.bus.ask(GetCaseReference, { caseId });
    if (!found || !callerMayRead(found)) throw refuse.NOT_FOUND();
  }
}
