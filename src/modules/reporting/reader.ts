import { clearedFor, type Actor, type Classification } from '../../platform/context.js';

/** What decides what someone may see. */
export interface Reader {
  cleared: readonly Classification[];
  supervisor: boolean;
  /** Null matches no team. */
  team: string | null;
}

export const readerOf = ({ clearance, roles, team }: Actor): Reader => ({
  cleared: clearedFor(clearance),
  supervisor: roles.includes('SUPERVISOR'),
  team: team ?? null,
});

/** What of a case says who may see it; all of it is null while only other aggregates' events are known. */
export interface Guarded {
  classification: Classification | null;
  restricted_to_team: boolean | null;
  team: string | null;
  registered_at: Date | string | null;
}

/**
 * Clearance first; a case restricted to its team is for the team and for supervisors alone. Lists say the same in
 * SQL, with `valuesOf(reader)` as their first parameters.
 */
export function mayRead({ cleared, supervisor, team }: Reader, given: Guarded): boolean {
  if (given.registered_at === null || given.classification === null) return false;
  const inTeam = given.restricted_to_team === false || supervisor || (team !== null && given.team === team);
  return cleared.includes(given.classification) && inTeam;
}

export const valuesOf = ({ cleared, supervisor, team }: Reader): unknown[] => [cleared, supervisor, team];
