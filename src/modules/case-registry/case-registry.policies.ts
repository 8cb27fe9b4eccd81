import { GUARDS } from '../../casework/guards.js';
import { ANY_OFFICER, type RolePolicy } from '../../casework/roles.js';

/** Who may do what, row for row from the permission table. */
export const casePolicies = {
  register: { endpoint: 'POST /cases', roles: ['INTAKE_OFFICER', 'SUPERVISOR'], guards: [] },
  amend: {
    endpoint: 'PATCH /cases/{caseId}',
    roles: ['INTAKE_OFFICER', 'SUPERVISOR'],
    ifMatch: true,
    guards: [GUARDS.ofCase],
  },
  addParty: {
    endpoint: 'POST /cases/{caseId}/parties',
    roles: ['INTAKE_OFFICER', 'SUPERVISOR'],
    ifMatch: true,
    guards: [GUARDS.ofCase],
  },
  removeParty: {
    endpoint: 'DELETE /cases/{caseId}/parties',
    roles: ['INTAKE_OFFICER', 'SUPERVISOR'],
    ifMatch: true,
    guards: [GUARDS.ofCase],
  },
  link: { endpoint: 'POST /cases/{caseId}/links', roles: ANY_OFFICER, guards: [GUARDS.ofBothCases] },
  note: { endpoint: 'POST /cases/{caseId}/notes', roles: ANY_OFFICER, guards: [GUARDS.ofCase] },
  readNotes: { endpoint: 'GET /cases/{caseId}/notes', roles: ANY_OFFICER, guards: [GUARDS.ofCase] },
  permittedActions: { endpoint: 'GET /cases/{caseId}/permitted-actions', roles: ANY_OFFICER, guards: [GUARDS.ofCase] },
  list: { endpoint: 'GET /cases', roles: ANY_OFFICER, guards: [GUARDS.ofListedCase] },
  read: { endpoint: 'GET /cases/{caseId}', roles: ANY_OFFICER, guards: [GUARDS.ofCase] },
} as const satisfies Record<string, RolePolicy>;
