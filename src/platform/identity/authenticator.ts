import { LRUCache } from 'lru-cache';
import type { Actor } from '../base/context.js';
import { refuse } from '../base/refusal.js';

export type Audience = 'remit' | 'portal';

/** What a token proved. */
export interface VerifiedToken {
  subject: string;
  audience: Audience;
  /** Seconds since 1970, by the machine's clock. */
  expiresAt: number;
  claims: Readonly<Record<string, unknown>>;
}

/** Whether the token is valid cannot be said now. */
export class IssuerUnavailable extends Error {}

/**
 * Checks a token's signature, issuer, audience and times.
 * @throws IssuerUnavailable when its issuer does not answer, another error when the token is wrong
 */
export interface TokenVerifier {
  verify(token: string): Promise<VerifiedToken>;
}

/** Says who an actor is now: roles are looked up at each request, so that a revoked one ends at once. */
export interface Directory {
  actorFor(token: VerifiedToken): Actor | undefined;
}

const REMEMBERED = 10_000;

/** From bearer token to actor. A verified signature is remembered until the token ends; roles are not. */
export class Authenticator {
  private readonly remembered = new LRUCache<string, VerifiedToken>({ max: REMEMBERED });

  constructor(
    private readonly verifier: TokenVerifier,
    private readonly directory: Directory,
  ) {}

  /** @throws UNAUTHENTICATED, which never says what exactly was wrong with the token; ISSUER_UNAVAILABLE */
  async actorOf(authorization: string | undefined, audience: Audience): Promise<Actor> {
    const token = /^Bearer ([\w.~+/=-]+)$/i.exec(authorization ?? '')?.[1];
    if (!token) throw refuse.UNAUTHENTICATED('Send "Authorization: Bearer <token>".');
    const verified = await this.verify(token);
    const actor = verified.audience === audience ? this.directory.actorFor(verified) : undefined;
    if (!actor) throw refuse.UNAUTHENTICATED('The token is not for this API.');
    return actor;
  }

  /** The actor of a token that was verified before; for rate limits, which count before anything is checked. */
  knownSubject(authorization: string | undefined): string | undefined {
    return this.remembered.get(authorization?.slice('Bearer '.length) ?? '')?.subject;
  }

  private async verify(token: string): Promise<VerifiedToken> {
    const known = this.remembered.get(token);
    if (known && known.expiresAt * 1000 > Date.now()) return known;
    this.remembered.delete(token);
    const verified = await this.verifier.verify(token).catch((error: unknown) => {
      if (error instanceof IssuerUnavailable)
        throw refuse.ISSUER_UNAVAILABLE('Try again in a moment.', { retryAfterSeconds: 1 });
      throw refuse.UNAUTHENTICATED('The token is not valid, or no longer.');
    });
    this.remembered.set(token, verified);
    return verified;
  }
}
