import type { Actor } from '../../platform/base/context.js';
import type { Directory, VerifiedToken } from '../../platform/identity/authenticator.js';
import { DEMO_ACTORS } from './demo-officers.js';

/** The regulated party on the portal, who acts for itself alone. */
export const partyActor = (partyId: string): Actor => ({ actorId: partyId, roles: ['PARTY'], clearance: 'PUBLIC' });

/** Knows who there is for demonstrations, and any party on the portal. */
export class DemoDirectory implements Directory {
  actorFor({ subject, audience }: VerifiedToken): Actor | undefined {
    return audience === 'portal' ? partyActor(subject) : DEMO_ACTORS.get(subject);
  }
}
