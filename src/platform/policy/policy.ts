import { SetMetadata } from '@nestjs/common';
import type { Guard } from '../base/context.js';

/**
 * One row of the permission table. A route without one does not start.
 * `PUBLIC` needs no token (health, documentation, development token).
 */
export interface Policy<Role extends string = string> {
  /** As in the table, relative to the API's prefix: `POST /cases/{caseId}/parties`. */
  endpoint: string;
  roles: readonly Role[] | 'PUBLIC';
  /** What decides besides the role. Whatever they do not speak of is guarded in full. */
  guards?: readonly Guard[];
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
