import {
  CLASSIFICATIONS,
  clearedFor,
  currentCall,
  isGuarded,
  type Actor,
  type Classification,
} from '../platform/base/context.js';

/** What decides which cases someone may see. */
export interface Reader {
  cleared: readonly Classification[];
  supervisor: boolean;
  /** Null is of no team. */
  team: string | null;
}

export const readerOf = ({ clearance, roles, team }: Actor): Reader => ({
  cleared: clearedFor(clearance),
  supervisor: roles.includes('SUPERVISOR'),
  team: team ?? null,
});

/** Whoever calls, as far as the row of the permission table guards cases. */
export function callerAsReader(): Reader {
  const { cleared, supervisor, team } = readerOf(currentCall().actor);
  return {
    cleared: isGuarded('CASE', 'CLEARANCE') ? cleared : CLASSIFICATIONS,
    supervisor: supervisor || !isGuarded('CASE', 'TEAM'),
    team,
  };
}

/** What of a case says who may see it. Null is not known yet, and shows nothing to anybody whom it could concern. */
export interface Guarded {
  classification: Classification | null;
  restrictedToTeam: boolean | null;
  team: string | null;
}

/** Clearance first; a case that is restricted to its team is for the team and for supervisors alone. */
export function mayRead({ cleared, supervisor, team }: Reader, guarded: Guarded): boolean {
  if (guarded.classification === null || !cleared.includes(guarded.classification)) return false;
  return guarded.restrictedToTeam === false || supervisor || (team !== null && guarded.team === team);
}

/** `mayRead` for whoever calls. */
export const callerMayRead = (guarded: Guarded): boolean => mayRead(callerAsReader(), guarded);

/**
 * `mayRead` as a condition on rows with the columns of the same names in snake case.
 * @param first number of the parameter that the reader's three begin at, see `valuesOf`
 */
export const readableRows = (alias: string, first: number): string =>
  `(${alias}.classification = ANY ($${first}) AND (NOT ${alias}.restricted_to_team OR $${first + 1} OR ${alias}.team = $${first + 2}))`;

/** The parameters of `readableRows`. */
export const valuesOf = ({ cleared, supervisor, team }: Reader): unknown[] => [cleared, supervisor, team];
