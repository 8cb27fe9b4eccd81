import type { Classification } from '../../contracts/shared/values.js';
import { clearedFor, currentCall } from '../../platform/base/context.js';

export const isCleared = (classification: Classification): boolean =>
  clearedFor(currentCall().actor.clearance).includes(classification);

const WHO_WORKS_ON_DECISIONS = ['LEGAL_REVIEWER', 'DECISION_AUTHORITY', 'SUPERVISOR', 'AUDITOR'];

/** Reasons for sending back, correcting and reviewing are for those who decide and for those who watch over them. */
export const maySeeReasons = (): boolean =>
  currentCall().actor.roles.some((role) => WHO_WORKS_ON_DECISIONS.includes(role));
