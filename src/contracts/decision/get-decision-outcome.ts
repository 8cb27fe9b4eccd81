import { IsISO8601, Matches } from 'class-validator';
import { idOf } from '../shared/values.js';
import { DecidedOutcome } from './outcome.js';

/** The outcome that holds now. */
export class PresentOutcome extends DecidedOutcome {
  @IsISO8601()
  finalizedAt!: string;
}

/** Asks Decision for the present version of a finalized decision; null when there is none. */
export class GetDecisionOutcome {
  static readonly type = 'GetDecisionOutcome';
  static readonly answer = { oneOrNone: PresentOutcome };
  declare readonly _answer?: PresentOutcome | null;

  @Matches(idOf('dec'))
  decisionId!: string;
}
