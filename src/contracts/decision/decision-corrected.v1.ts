import { DecidedOutcome } from './outcome.js';

/** A finalized decision was corrected; the payload is the new version as a whole. */
export class DecisionCorrected extends DecidedOutcome {
  static readonly type = 'DecisionCorrected';
  static readonly version = 1;
}
