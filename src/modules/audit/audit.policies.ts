import { GUARDS } from '../../casework/guards.js';
import type { RolePolicy } from '../../casework/roles.js';

/** Who may do what, row for row from the permission table. */
export const auditPolicies = {
  trail: {
    endpoint: 'GET /cases/{caseId}/audit-trail',
    roles: ['AUDITOR', 'SUPERVISOR'],
    guards: [GUARDS.ofRecord, GUARDS.ofWatchedCase],
  },
  list: {
    endpoint: 'GET /audit/records',
    roles: ['AUDITOR'],
    guards: [GUARDS.ofRecord, GUARDS.ofListedWatchedCase],
  },
  read: {
    endpoint: 'GET /audit/records/{auditId}',
    roles: ['AUDITOR'],
    guards: [GUARDS.ofRecord, GUARDS.ofWatchedCase],
  },
  verify: {
    endpoint: 'GET /audit/verification',
    roles: ['AUDITOR'],
    guards: [GUARDS.ofRecord, GUARDS.ofListedWatchedCase],
  },
} as const satisfies Record<string, RolePolicy>;
