import { clearedFor, currentCall } from '../../platform/base/context.js';
import { refuse } from '../../platform/base/refusal.js';
import type { Party } from './party.js';

/** @throws NOT_FOUND when the caller's clearance is below the party's classification: its existence is itself sensitive */
export function requireReadable(party: Party): void {
  if (!clearedFor(currentCall().actor.clearance).includes(party.classification)) throw refuse.NOT_FOUND();
}
