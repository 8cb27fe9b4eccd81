import { SetMetadata } from '@nestjs/common';

/** Roles of officers; `PARTY` is the regulated party on the portal, `SYSTEM` the application acting by itself. */
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

/**
 * One row of the permission table. A route without one does not start.
 * `PUBLIC` needs no token (health, documentation, development token).
 */
export interface Policy {
  /** As in the table, relative to the API's prefix: `POST /cases/{caseId}/parties`. */
  endpoint: string;
  roles: readonly Role[] | 'PUBLIC';
  /** The command changes the aggregate in its path and needs If-Match. */
  ifMatch?: boolean;
  /** Refusals of this command are audited too. */
  highRisk?: boolean;
  /** The name written to audit records; the endpoint unless given. */
  name?: string;
  /** The token's audience; `remit` unless given. */
  audience?: 'remit' | 'portal';
}

export const POLICY = Symbol('policy');

/** Puts the row of the permission table on its route. */
export const Allow = (policy: Policy): MethodDecorator => SetMetadata(POLICY, policy);
