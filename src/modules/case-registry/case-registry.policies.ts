import { ANY_OFFICER, type RolePolicy } from '../../casework/roles.js';

/** Who may do what, row for row from the permission table. */
export const casePolicies = {
  register: { endpoint: 'POST /cases', roles: ['INTAKE_OFFICER', 'SUPERVISOR'] },
  amend: { endpoint: 'PATCH /cases/{caseId}', roles: ['INTAKE_OFFICER', 'SUPERVISOR'], ifMatch: true },
  addParty: { endpoint: 'POST /cases/{caseId}/parties', roles: ['INTAKE_OFFICER', 'SUPERVISOR'], ifMatch: true },
  removeParty: { endpoint: 'DELETE /cases/{caseId}/parties', roles: ['INTAKE_OFFICER', 'SUPERVISOR'], ifMatch: true },
  link: { endpoint: 'POST /cases/{caseId}/links', roles: ANY_OFFICER },
  note: { endpoint: 'POST /cases/{caseId}/notes', roles: ANY_OFFICER },
  readNotes: { endpoint: 'GET /cases/{caseId}/notes', roles: ANY_OFFICER },
  permittedActions: { endpoint: 'GET /cases/{caseId}/permitted-actions', roles: ANY_OFFICER },
  list: { endpoint: 'GET /cases', roles: ANY_OFFICER },
  read: { endpoint: 'GET /cases/{caseId}', roles: ANY_OFFICER },
} as const satisfies Record<string, RolePolicy>;
