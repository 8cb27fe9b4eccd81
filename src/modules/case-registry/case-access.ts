import { clearedFor, currentCall } from '../../platform/context.js';
import { refuse } from '../../platform/refusal.js';
import type { UnitOfWork } from '../../platform/messaging/unit-of-work.js';
import { CaseHeader } from './case-header.js';

type Guarded = Pick<CaseHeader, 'classification' | 'restrictedToTeam' | 'team'>;

/** Clearance first; a case restricted to its team is for the team and for supervisors alone. */
export function isReadable({ classification, restrictedToTeam, team }: Guarded): boolean {
  const { actor } = currentCall();
  const cleared = clearedFor(actor.clearance).includes(classification);
  const inTeam = !restrictedToTeam || actor.roles.includes('SUPERVISOR') || (team !== null && actor.team === team);
  return cleared && inTeam;
}

/** Loads a case that the caller may see. @throws NOT_FOUND otherwise: not yours and not there look the same */
export async function loadReadable(tx: UnitOfWork, caseId: string): Promise<CaseHeader> {
  const found = await tx.load(CaseHeader, caseId);
  if (!isReadable(found)) throw refuse.NOT_FOUND();
  return found;
}
