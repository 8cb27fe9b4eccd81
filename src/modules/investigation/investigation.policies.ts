import { ANY_OFFICER, type RolePolicy } from '../../casework/roles.js';

/** Who may do what, row for row from the permission table. */
export const investigationPolicies = {
  list: { endpoint: 'GET /investigations', roles: ANY_OFFICER },
  read: { endpoint: 'GET /investigations/{investigationId}', roles: ANY_OFFICER },
  recordAllegation: { endpoint: 'POST /investigations/{investigationId}/allegations', roles: ['INVESTIGATOR'] },
  /** Sent by Intake in the name of the officer who imports the case. */
  importAllegation: { endpoint: 'tell RecordAllegation', roles: ['INTAKE_OFFICER', 'SUPERVISOR', 'INVESTIGATOR'] },
  submit: {
    endpoint: 'POST /investigations/{investigationId}/submission',
    roles: ['INVESTIGATOR'],
    ifMatch: true,
    highRisk: true,
  },
  listAllegations: { endpoint: 'GET /allegations', roles: ANY_OFFICER },
  readAllegation: { endpoint: 'GET /allegations/{allegationId}', roles: ANY_OFFICER },
  amendAllegation: { endpoint: 'PATCH /allegations/{allegationId}', roles: ['INVESTIGATOR'], ifMatch: true },
  recordFinding: { endpoint: 'POST /allegations/{allegationId}/findings', roles: ['INVESTIGATOR'] },
  listFindings: { endpoint: 'GET /findings', roles: ANY_OFFICER },
  readFinding: { endpoint: 'GET /findings/{findingId}', roles: ANY_OFFICER },
  amendFinding: { endpoint: 'PATCH /findings/{findingId}', roles: ['INVESTIGATOR'], ifMatch: true },
} as const satisfies Record<string, RolePolicy>;
