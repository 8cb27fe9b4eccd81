import type { RolePolicy } from '../../casework/roles.js';

/** Who may do what, row for row from the permission table. */
export const auditPolicies = {
  trail: { endpoint: 'GET /cases/{caseId}/audit-trail', roles: ['AUDITOR', 'SUPERVISOR'] },
  list: { endpoint: 'GET /audit/records', roles: ['AUDITOR'] },
  read: { endpoint: 'GET /audit/records/{auditId}', roles: ['AUDITOR'] },
  verify: { endpoint: 'GET /audit/verification', roles: ['AUDITOR'] },
} as const satisfies Record<string, RolePolicy>;
