import { currentCall } from '../../platform/context.js';
import { mayRead, type Guarded } from '../../platform/policy/access.js';
import { refuse } from '../../platform/refusal.js';
import type { UnitOfWork } from '../../platform/messaging/unit-of-work.js';
import { CaseHeader } from './case-header.js';

export const isReadable = (header: Guarded): boolean => mayRead(currentCall().actor, header);

/** Loads a case that the caller may see. @throws NOT_FOUND otherwise: not yours and not there look the same */
export async function loadReadable(tx: UnitOfWork, caseId: string): Promise<CaseHeader> {
  const found = await tx.load(CaseHeader, caseId);
  if (!isReadable(found)) throw refuse.NOT_FOUND();
  return found;
}
