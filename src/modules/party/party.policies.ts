import { GUARDS } from '../../casework/guards.js';
import { ANY_OFFICER, type RolePolicy } from '../../casework/roles.js';

/** Who may do what, row for row from the permission table. */
export const partyPolicies = {
  register: { endpoint: 'POST /parties', roles: ['INTAKE_OFFICER', 'SUPERVISOR'], guards: [] },
  list: { endpoint: 'GET /parties', roles: ANY_OFFICER, guards: [GUARDS.ofListedParty] },
  read: { endpoint: 'GET /parties/{partyId}', roles: ANY_OFFICER, guards: [GUARDS.ofParty] },
  changeProfile: {
    endpoint: 'PATCH /parties/{partyId}/profile',
    roles: ['INTAKE_OFFICER', 'SUPERVISOR'],
    ifMatch: true,
    guards: [GUARDS.ofParty],
  },
  changeContactPreference: {
    endpoint: 'PUT /parties/{partyId}/contact-preference',
    roles: ['INTAKE_OFFICER', 'SUPERVISOR'],
    ifMatch: true,
    guards: [GUARDS.ofParty],
  },
  merge: {
    endpoint: 'POST /parties/{partyId}/merge',
    roles: ['SUPERVISOR'],
    ifMatch: true,
    highRisk: true,
    guards: [GUARDS.ofBothParties],
  },
  unmerge: {
    endpoint: 'POST /parties/{partyId}/unmerge',
    roles: ['SUPERVISOR'],
    ifMatch: true,
    highRisk: true,
    guards: [GUARDS.ofParty],
  },
} as const satisfies Record<string, RolePolicy>;
