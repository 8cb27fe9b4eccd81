import { GUARDS } from '../../casework/guards.js';
import { ANY_OFFICER, type RolePolicy } from '../../casework/roles.js';

/** Who may do what, row for row from the permission table. */
export const workflowPolicies = {
  list: { endpoint: 'GET /processes', roles: ANY_OFFICER, guards: [GUARDS.ofCase] },
  read: { endpoint: 'GET /processes/{processInstanceId}', roles: ANY_OFFICER, guards: [GUARDS.ofCase] },
} as const satisfies Record<string, RolePolicy>;
