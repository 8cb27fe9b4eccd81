import { GUARDS } from '../../casework/guards.js';
import { ANY_OFFICER, type RolePolicy } from '../../casework/roles.js';

/** Who may read what, row for row from the permission table. */
export const reportingPolicies = {
  dossier: { endpoint: 'GET /cases/{caseId}/dossier', roles: ANY_OFFICER, guards: [GUARDS.ofCase] },
  events: { endpoint: 'GET /cases/{caseId}/events', roles: ANY_OFFICER, guards: [GUARDS.ofCase] },
  worklist: { endpoint: 'GET /worklist', roles: ANY_OFFICER, guards: [GUARDS.ofListedCase] },
  caseHistory: {
    endpoint: 'GET /parties/{partyId}/case-history',
    roles: ANY_OFFICER,
    guards: [GUARDS.ofParty, GUARDS.ofListedCase],
  },
} as const satisfies Record<string, RolePolicy>;
