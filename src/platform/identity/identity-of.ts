import { createHmac } from 'node:crypto';
import type { Configuration } from '../base/configuration.js';
import type { Log } from '../telemetry/log.js';
import type { Directory, TokenVerifier } from './authenticator.js';
import { ClaimsDirectory } from './claims-directory.js';
import { DevelopmentIssuer } from './development-issuer.js';
import { DemoDirectory, type People } from './directories.js';
import { ownClaims } from './identity-mapping.js';
import { MappingFile } from './mapping-file.js';
import { OidcVerifier } from './oidc-verifier.js';

/** How callers are known. */
export interface Identity {
  verifier: TokenVerifier;
  directory: Directory;
  /** Present where development helpers are allowed. */
  developmentIssuer?: DevelopmentIssuer;
}

/** Who vouches for callers, before there is a database. */
export interface IdentitySource {
  /** @param databaseUrl of the database whose processes accept each other's demo tokens */
  optionsFor(databaseUrl: string): Identity;
  close(): void;
}

/**
 * The issuer and the mapping that are configured, checked; or who there is for demonstrations where development helpers are allowed.
 * @throws ConfigurationError in one line when the mapping cannot be used, or another issuer answers
 */
export async function identityOf(configuration: Configuration, log: Log, people: People): Promise<IdentitySource> {
  const { oidcIssuer, oidcAudience, identityMapping } = configuration;
  if (oidcIssuer === undefined) return { optionsFor: (url) => demonstration(url, people), close: () => undefined };
  const file = identityMapping === undefined ? undefined : new MappingFile(identityMapping, log, people.roles);
  const verifier = new OidcVerifier(oidcIssuer, oidcAudience, log);
  const close = (): void => file?.close();
  await verifier.prepare().catch((error: unknown) => {
    close();
    throw error;
  });
  const own = ownClaims(people.roles);
  const directory = new ClaimsDirectory(() => file?.current ?? own);
  return { optionsFor: () => ({ verifier, directory }), close };
}

function demonstration(databaseUrl: string, { demonstration: actors }: People): Identity {
  // From what every process on this database knows, so that each accepts the others' tokens.
  const seed = createHmac('sha256', new URL(databaseUrl).password).update('development issuer').digest();
  const developmentIssuer = new DevelopmentIssuer(seed, actors);
  return { verifier: developmentIssuer, directory: new DemoDirectory(actors), developmentIssuer };
}
