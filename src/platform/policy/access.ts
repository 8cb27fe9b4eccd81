import { clearedFor, type Actor, type Classification } from '../context.js';

/** What says who may see something. */
export interface Guarded {
  classification: Classification;
  restrictedToTeam: boolean;
  team: string | null;
}

/** Clearance first; what is restricted to its team is for the team and for supervisors alone. */
export function mayRead({ clearance, roles, team }: Actor, guarded: Guarded): boolean {
  const inTeam =
    !guarded.restrictedToTeam || roles.includes('SUPERVISOR') || (guarded.team !== null && team === guarded.team);
  return clearedFor(clearance).includes(guarded.classification) && inTeam;
}
