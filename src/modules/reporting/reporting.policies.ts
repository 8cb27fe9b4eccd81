import { ANY_OFFICER, type RolePolicy } from '../../casework/roles.js';

/** Who may read what, row for row from the permission table. */
export const reportingPolicies = {
  dossier: { endpoint: 'GET /cases/{caseId}/dossier', roles: ANY_OFFICER },
  events: { endpoint: 'GET /cases/{caseId}/events', roles: ANY_OFFICER },
  worklist: { endpoint: 'GET /worklist', roles: ANY_OFFICER },
  caseHistory: { endpoint: 'GET /parties/{partyId}/case-history', roles: ANY_OFFICER },
} as const satisfies Record<string, RolePolicy>;
