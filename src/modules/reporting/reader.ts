import { mayRead, type Reader } from '../../casework/visibility.js';
import type { Classification } from '../../platform/base/context.js';

/** What of a row says who may see its case; all of it is null while only other aggregates' events are known. */
export interface GuardedRow {
  classification: Classification | null;
  restricted_to_team: boolean | null;
  team: string | null;
  registered_at: Date | string | null;
}

export const mayReadRow = (
  reader: Reader,
  { classification, restricted_to_team, team, registered_at }: GuardedRow,
): boolean => registered_at !== null && mayRead(reader, { classification, restrictedToTeam: restricted_to_team, team });
