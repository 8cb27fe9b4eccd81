import { eventually } from './eventually.js';
import type { Officer } from './officer.js';

/**
 * Waits until all has happened that follows a registration by itself: the investigation is open, and the case's process
 * and lifecycle have seen it. Nothing is published then until somebody does something.
 */
export async function investigated(remit: { as(actorId: string): Officer }, caseId: string): Promise<void> {
  const reader = remit.as('supervisor_sol');
  await eventually(
    () =>
      Promise.all([
        reader.get<{ data: { currentState: string }[] }>(`/processes?caseId=${caseId}`),
        reader.get(`/cases/${caseId}`),
      ]),
    ([processes, { body }]) =>
      // A limit of requests may refuse one of these.
      processes.status === 200 &&
      processes.body.data[0]?.currentState === 'WAITING_FOR_FINDINGS' &&
      body.status === 'UNDER_INVESTIGATION',
  );
}
