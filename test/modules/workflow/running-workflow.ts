import { GetCaseReference, type CaseReference } from '../../../src/contracts/case-registry/get-case-reference.js';
import { WorkflowModule } from '../../../src/modules/workflow/workflow.module.js';
import type { TestDatabase } from '../../support/database.js';
import { startModule } from '../../support/module.js';
import { ObservedModule } from '../../support/observed-module.js';

export type Process = Record<string, unknown> & { processInstanceId: string; currentState: string; version: number };

/** Workflow alone, with Case Registry answering of every case alike but those that a test hides. */
export async function startWorkflow(
  hidden: ReadonlyMap<string, Partial<CaseReference>> = new Map(),
  options: { database?: TestDatabase; alone?: boolean } = {},
): Promise<ObservedModule> {
  const observed = await ObservedModule.of(await startModule(WorkflowModule, options), 'workflow');
  observed.answer(GetCaseReference, ({ caseId }) => ({
    ...{ caseId, caseNumber: 'WAT-2026-000007', status: 'REGISTERED', classification: 'INTERNAL' },
    ...{ restrictedToTeam: false, team: 'central', version: 1, parties: [] },
    ...hidden.get(caseId),
  }));
  return observed;
}

/** The processes of a case, of which there is to be one. */
export const processesOf = async (workflow: ObservedModule, caseId: string): Promise<Process[]> =>
  (await workflow.as('investigator_ivo').get<{ data: Process[] }>(`/processes?caseId=${caseId}`)).body.data;
