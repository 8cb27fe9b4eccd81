import { Type } from 'class-transformer';
import { IsInt, IsOptional, Matches, Max, Min } from 'class-validator';
import { idPattern } from '../base/ids.js';

export const DEFAULT_WAIT_MS = 5_000;
const LONGEST_WAIT_MS = 10_000;

/** What every read model takes from someone who has just changed something and wants to see it. */
export class WaitQuery {
  /** Holds the answer until this event is in the read model. */
  @IsOptional()
  @Matches(idPattern('evt'))
  waitForEventId?: string;

  /** How long to hold it at most; five seconds unless given. */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(LONGEST_WAIT_MS)
  timeoutMs?: number;
}
