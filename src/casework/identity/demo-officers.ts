import type { Actor, Classification } from '../../platform/base/context.js';
import type { OfficerRole } from '../roles.js';

const officer = (actorId: string, role: OfficerRole, clearance: Classification, team: string): [string, Actor] => [
  actorId,
  { actorId, roles: [role], clearance, team },
];

/** Who there is for demonstrations and tests, each with the role of its name. */
export const DEMO_ACTORS: ReadonlyMap<string, Actor> = new Map([
  officer('intake_ines', 'INTAKE_OFFICER', 'CONFIDENTIAL', 'central'),
  officer('investigator_ivo', 'INVESTIGATOR', 'CONFIDENTIAL', 'central'),
  officer('custodian_cleo', 'EVIDENCE_CUSTODIAN', 'RESTRICTED', 'evidence'),
  officer('legal_lena', 'LEGAL_REVIEWER', 'CONFIDENTIAL', 'legal'),
  officer('authority_ada', 'DECISION_AUTHORITY', 'RESTRICTED', 'legal'),
  officer('authority_abe', 'DECISION_AUTHORITY', 'RESTRICTED', 'legal'),
  officer('notice_nils', 'NOTICE_OFFICER', 'CONFIDENTIAL', 'central'),
  officer('enforcement_enzo', 'ENFORCEMENT_OFFICER', 'CONFIDENTIAL', 'central'),
  officer('appeals_aino', 'APPEAL_OFFICER', 'CONFIDENTIAL', 'appeals'),
  officer('supervisor_sol', 'SUPERVISOR', 'RESTRICTED', 'central'),
  officer('auditor_aude', 'AUDITOR', 'RESTRICTED', 'audit'),
  officer('operator_otto', 'OPERATOR', 'CONFIDENTIAL', 'operations'),
  officer('admin_ari', 'ADMIN', 'CONFIDENTIAL', 'operations'),
]);
