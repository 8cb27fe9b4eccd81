import { Matches } from 'class-validator';
import { idOf } from '../shared/values.js';
import type { DecidedOutcome } from './outcome.js';

/** Asks Decision for the present version of a finalized decision; null when there is none. */
export class GetDecisionOutcome {
  static readonly type = 'GetDecisionOutcome';
  declare readonly _answer?: (DecidedOutcome & { finalizedAt: string }) | null;

  @Matches(idOf('dec'))
  decisionId!: string;
}
