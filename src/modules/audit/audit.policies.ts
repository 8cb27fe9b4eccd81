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
    guards: [GUARDS.ofRecord, GUARDS.ofListedWatchedCase, GUARDS.ofListedParty],
  },
  read: {
    endpoint: 'GET /audit/records/{auditId}',
    roles: ['AUDITOR'],
    guards: [GUARDS.ofRecord, GUARDS.ofWatchedCase, GUARDS.ofParty],
  },
  verify: {
    endpoint: 'GET /audit/verification',
    roles: ['AUDITOR'],
    guards: [GUARDS.ofRecord, GUARDS.ofListedWatchedCase, GUARDS.ofListedParty],
  },
} as const satisfies Record<string, RolePolicy>;
