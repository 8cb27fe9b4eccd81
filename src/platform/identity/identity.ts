import type { Type } from '@nestjs/common';
import type { Directory, TokenVerifier } from './authenticator.js';
import type { DevelopmentIssuer } from './development-issuer.js';

/** How callers are known. */
export interface Identity {
  verifier: TokenVerifier;
  directory: Directory;
  /** Present where development helpers are allowed: who signs tokens for demonstrations, and the routes that ask for them. */
  development?: { issuer: DevelopmentIssuer; controllers: readonly Type[] };
}

/** Who vouches for callers, before there is a database. */
export interface IdentitySource {
  /** @param databaseUrl of the database whose processes accept each other's demo tokens */
  optionsFor(databaseUrl: string): Identity;
  close(): void;
}
