import type { RolePolicy } from '../../casework/roles.js';

/** Who may do what, row for row from the permission table. */
export const intakePolicies = {
  start: { endpoint: 'POST /imports', roles: ['INTAKE_OFFICER', 'SUPERVISOR'], guards: [] },
  read: { endpoint: 'GET /imports/{importId}', roles: ['INTAKE_OFFICER', 'SUPERVISOR'], guards: [] },
} as const satisfies Record<string, RolePolicy>;
