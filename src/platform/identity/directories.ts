import type { Actor } from '../base/context.js';
import type { Directory, VerifiedToken } from './authenticator.js';

/** The words and the people of whoever uses the platform. */
export interface People {
  /** That a token can give. */
  roles: readonly [string, ...string[]];
  /** Who there is where development helpers are allowed, by their id. */
  demonstration: ReadonlyMap<string, Actor>;
}

export const partyActor = (partyId: string): Actor => ({
  actorId: partyId,
  roles: ['PARTY'],
  clearance: 'PUBLIC',
  partyId,
});

/** Knows who there is for demonstrations, and any party on the portal. */
export class DemoDirectory implements Directory {
  constructor(private readonly actors: ReadonlyMap<string, Actor>) {}

  actorFor({ subject, audience }: VerifiedToken): Actor | undefined {
    return audience === 'portal' ? partyActor(subject) : this.actors.get(subject);
  }
}
