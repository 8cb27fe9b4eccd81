import { callerMayRead } from '../../casework/visibility.js';
import { refuse } from '../../platform/base/refusal.js';
import type { UnitOfWork } from '../../platform/messaging/unit-of-work.js';
import { CaseHeader } from './case-header.js';

/** Loads a case that the caller may see. @throws NOT_FOUND otherwise: not yours and not there look the same */
export async function loadReadable(tx: UnitOfWork, caseId: string): Promise<CaseHeader> {
  const found = await tx.load(CaseHeader, caseId);
  if (!callerMayRead(found)) throw refuse.NOT_FOUND();
  return found;
}
