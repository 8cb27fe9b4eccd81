import { CLASSIFICATIONS, type Actor, type Classification } from '../context.js';
import { ROLES, type Role } from '../policy/policy.js';
import type { Directory, VerifiedToken } from './authenticator.js';

const officer = (actorId: string, role: Role, clearance: Classification, team: string): [string, Actor] => [
  actorId,
  { actorId, roles: [role], clearance, team },
];

/** The demo officers, each with the role of its name. */
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

const partyActor = (partyId: string): Actor => ({
  actorId: partyId,
  roles: ['PARTY'],
  clearance: 'PUBLIC',
  partyId,
});

/** Knows the demo officers, and any party on the portal. */
export class DemoDirectory implements Directory {
  actorFor({ subject, audience }: VerifiedToken): Actor | undefined {
    return audience === 'portal' ? partyActor(subject) : DEMO_ACTORS.get(subject);
  }
}

/** Takes roles, clearance and team from the token's own claims. What is not a known value gives no power. */
export class ClaimsDirectory implements Directory {
  actorFor({ subject, audience, claims }: VerifiedToken): Actor | undefined {
    const { roles, clearance, team, partyId } = claims;
    if (audience === 'portal') return typeof partyId === 'string' ? partyActor(partyId) : undefined;
    const known = Array.isArray(roles) ? roles.filter((role): role is Role => ROLES.includes(role as Role)) : [];
    return {
      actorId: subject,
      // The party's role exists on the portal alone.
      roles: known.filter((role) => role !== 'PARTY'),
      clearance: CLASSIFICATIONS.find((each) => each === clearance) ?? 'PUBLIC',
      ...(typeof team === 'string' && { team }),
    };
  }
}
