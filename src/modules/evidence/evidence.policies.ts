import { GUARDS } from '../../casework/guards.js';
import { ANY_OFFICER, type Role, type RolePolicy } from '../../casework/roles.js';

const CUSTODIAN: readonly Role[] = ['EVIDENCE_CUSTODIAN'];
const COLLECTORS: readonly Role[] = ['INVESTIGATOR', 'EVIDENCE_CUSTODIAN', 'ENFORCEMENT_OFFICER'];
const OVERSIGHT: readonly Role[] = ['EVIDENCE_CUSTODIAN', 'AUDITOR', 'SUPERVISOR'];

/** Who may do what, row for row from the permission table. */
export const evidencePolicies = {
  register: { endpoint: 'POST /evidence', roles: COLLECTORS, guards: [GUARDS.namedCase] },
  list: { endpoint: 'GET /evidence', roles: ANY_OFFICER, guards: [GUARDS.ofCaseOfListedItem, GUARDS.ofShownItem] },
  read: {
    endpoint: 'GET /evidence/{evidenceId}',
    roles: ANY_OFFICER,
    guards: [GUARDS.ofCaseOfItem, GUARDS.ofShownItem],
  },
  addContent: {
    endpoint: 'PUT /evidence/{evidenceId}/content',
    roles: COLLECTORS,
    ifMatch: true,
    highRisk: true,
    guards: [GUARDS.ofCase, GUARDS.ofFilledItem],
  },
  // What it refuses, it records itself, with the item's chain of custody.
  readContent: {
    endpoint: 'GET /evidence/{evidenceId}/content',
    roles: ANY_OFFICER,
    guards: [GUARDS.ofCaseOfItem, GUARDS.ofReadItem],
  },
  readCustody: {
    endpoint: 'GET /evidence/{evidenceId}/custody',
    roles: OVERSIGHT,
    guards: [GUARDS.ofCase, GUARDS.ofItem],
  },
  classify: {
    endpoint: 'POST /evidence/{evidenceId}/classification',
    roles: CUSTODIAN,
    ifMatch: true,
    highRisk: true,
    guards: [GUARDS.ofCase, GUARDS.ofItem],
  },
  transfer: {
    endpoint: 'POST /evidence/{evidenceId}/custody-transfers',
    roles: CUSTODIAN,
    ifMatch: true,
    highRisk: true,
    guards: [GUARDS.ofCase, GUARDS.ofItem],
  },
  hold: {
    endpoint: 'POST /evidence/{evidenceId}/legal-hold',
    roles: CUSTODIAN,
    ifMatch: true,
    highRisk: true,
    guards: [GUARDS.ofCase, GUARDS.ofItem],
  },
  grant: {
    endpoint: 'POST /evidence/{evidenceId}/access-grants',
    roles: CUSTODIAN,
    highRisk: true,
    guards: [GUARDS.ofCase, GUARDS.ofItem],
  },
  listGrants: {
    endpoint: 'GET /evidence/{evidenceId}/access-grants',
    roles: OVERSIGHT,
    guards: [GUARDS.ofCase, GUARDS.ofItem],
  },
  revoke: {
    endpoint: 'DELETE /evidence/{evidenceId}/access-grants/{grantId}',
    roles: CUSTODIAN,
    highRisk: true,
    guards: [GUARDS.ofCase, GUARDS.ofItem],
  },
} as const satisfies Record<string, RolePolicy>;
