import {
  CLASSIFICATIONS,
  clearedFor,
  currentCall,
  isGuarded,
  type Classification,
} from '../../platform/base/context.js';
import { refuse } from '../../platform/base/refusal.js';
import type { Party } from './party.js';

/** The classifications of parties that the caller may see. */
export const readableClassifications = (): readonly Classification[] =>
  isGuarded('PARTY', 'CLEARANCE') ? clearedFor(currentCall().actor.clearance) : CLASSIFICATIONS;

/** Whether the caller may know that there is such a party. */
export const isReadable = ({ classification }: Pick<Party, 'classification'>): boolean =>
  readableClassifications().includes(classification);

/** @throws NOT_FOUND when the caller's clearance is below the party's classification: its existence is itself sensitive */
export function requireReadable(party: Party): void {
  if (!isReadable(party)) throw refuse.NOT_FOUND();
}
