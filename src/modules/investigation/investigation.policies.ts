import { GUARDS } from '../../casework/guards.js';
import { ANY_OFFICER, type RolePolicy } from '../../casework/roles.js';

/** Who may do what, row for row from the permission table. */
export const investigationPolicies = {
  list: { endpoint: 'GET /investigations', roles: ANY_OFFICER, guards: [GUARDS.ofCase] },
  read: { endpoint: 'GET /investigations/{investigationId}', roles: ANY_OFFICER, guards: [GUARDS.ofCase] },
  recordAllegation: {
    endpoint: 'POST /investigations/{investigationId}/allegations',
    roles: ['INVESTIGATOR'],
    guards: [GUARDS.ofCase],
  },
  /** Sent by Intake in the name of the officer who imports the case. */
  importAllegation: {
    endpoint: 'tell RecordAllegation',
    roles: ['INTAKE_OFFICER', 'SUPERVISOR', 'INVESTIGATOR'],
    guards: [GUARDS.ofCase],
  },
  submit: {
    endpoint: 'POST /investigations/{investigationId}/submission',
    roles: ['INVESTIGATOR'],
    ifMatch: true,
    highRisk: true,
    guards: [GUARDS.ofCase],
  },
  listAllegations: { endpoint: 'GET /allegations', roles: ANY_OFFICER, guards: [GUARDS.ofCase] },
  readAllegation: { endpoint: 'GET /allegations/{allegationId}', roles: ANY_OFFICER, guards: [GUARDS.ofCase] },
  amendAllegation: {
    endpoint: 'PATCH /allegations/{allegationId}',
    roles: ['INVESTIGATOR'],
    ifMatch: true,
    guards: [GUARDS.ofCase],
  },
  recordFinding: {
    endpoint: 'POST /allegations/{allegationId}/findings',
    roles: ['INVESTIGATOR'],
    guards: [GUARDS.ofCase],
  },
  listFindings: { endpoint: 'GET /findings', roles: ANY_OFFICER, guards: [GUARDS.ofCase] },
  readFinding: { endpoint: 'GET /findings/{findingId}', roles: ANY_OFFICER, guards: [GUARDS.ofCase] },
  amendFinding: {
    endpoint: 'PATCH /findings/{findingId}',
    roles: ['INVESTIGATOR'],
    ifMatch: true,
    guards: [GUARDS.ofCase],
  },
} as const satisfies Record<string, RolePolicy>;
