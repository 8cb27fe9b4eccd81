import { DecidedOutcome } from './outcome.js';

/** The decision is made. Nothing of it changes but by a correction. */
export class DecisionFinalized extends DecidedOutcome {
  static readonly type = 'DecisionFinalized';
  static readonly version = 1;
}
