import { clearedFor, currentCall } from '../../platform/context.js';
import { refuse } from '../../platform/refusal.js';

/** As which every audit event is staged. */
const CLASSIFICATION = 'CONFIDENTIAL';

/** @throws FORBIDDEN when the caller's clearance is below what audit records are classified as, whatever they ask for */
export function requireCleared(): void {
  if (!clearedFor(currentCall().actor.clearance).includes(CLASSIFICATION))
    throw refuse.FORBIDDEN(`Audit records are ${CLASSIFICATION}; your clearance is below that.`);
}
