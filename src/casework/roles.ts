import type { Policy } from '../platform/policy/policy.js';
import type { Guard } from './guards.js';

/** Roles of officers; `PARTY` is the regulated party on the portal. */
export const ROLES = [
  'INTAKE_OFFICER',
  'INVESTIGATOR',
  'EVIDENCE_CUSTODIAN',
  'LEGAL_REVIEWER',
  'DECISION_AUTHORITY',
  'NOTICE_OFFICER',
  'ENFORCEMENT_OFFICER',
  'APPEAL_OFFICER',
  'SUPERVISOR',
  'AUDITOR',
  'OPERATOR',
  'ADMIN',
  'PARTY',
] as const;
export type Role = (typeof ROLES)[number];

/** Those that a token can give: the party's exists on the portal alone, the system's in no token. */
export type OfficerRole = Exclude<Role, 'PARTY'>;
export const OFFICER_ROLES = ROLES.filter((role) => role !== 'PARTY') as [OfficerRole, ...OfficerRole[]];

/** Those who work on cases: every role but the ones that run the system and the regulated party. */
export const ANY_OFFICER: readonly Role[] = ROLES.filter((role) => !['OPERATOR', 'ADMIN', 'PARTY'].includes(role));

/** A row of the permission table, by roles that there are. It says what is guarded, even where nothing is. */
export type RolePolicy = Policy<Role> & { guards: readonly Guard[] };
