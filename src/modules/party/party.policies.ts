import { ANY_OFFICER, type RolePolicy } from '../../casework/roles.js';

/** Who may do what, row for row from the permission table. */
export const partyPolicies = {
  register: { endpoint: 'POST /parties', roles: ['INTAKE_OFFICER', 'SUPERVISOR'] },
  list: { endpoint: 'GET /parties', roles: ANY_OFFICER },
  read: { endpoint: 'GET /parties/{partyId}', roles: ANY_OFFICER },
  changeProfile: {
    endpoint: 'PATCH /parties/{partyId}/profile',
    roles: ['INTAKE_OFFICER', 'SUPERVISOR'],
    ifMatch: true,
  },
  changeContactPreference: {
    endpoint: 'PUT /parties/{partyId}/contact-preference',
    roles: ['INTAKE_OFFICER', 'SUPERVISOR'],
    ifMatch: true,
  },
  merge: { endpoint: 'POST /parties/{partyId}/merge', roles: ['SUPERVISOR'], ifMatch: true, highRisk: true },
  unmerge: { endpoint: 'POST /parties/{partyId}/unmerge', roles: ['SUPERVISOR'], ifMatch: true, highRisk: true },
} as const satisfies Record<string, RolePolicy>;
