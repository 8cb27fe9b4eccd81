import { createHmac } from 'node:crypto';
import type { Configuration } from '../configuration.js';
import type { PlatformOptions } from '../platform.module.js';
import type { Log } from '../telemetry/log.js';
import { ClaimsDirectory } from './claims-directory.js';
import { DevelopmentIssuer } from './development-issuer.js';
import { DemoDirectory } from './directories.js';
import { OWN_CLAIMS } from './identity-mapping.js';
import { MappingFile } from './mapping-file.js';
import { OidcVerifier } from './oidc-verifier.js';

type Identity = Pick<PlatformOptions, 'verifier' | 'directory' | 'developmentIssuer'>;

/** Who vouches for callers, before there is a database. */
export interface IdentitySource {
  /** @param databaseUrl of the database whose processes accept each other's demo tokens */
  optionsFor(databaseUrl: string): Identity;
  close(): void;
}

/**
 * The issuer and the mapping that are configured, checked; or demo officers where development helpers are allowed.
 * @throws ConfigurationError in one line when the mapping cannot be used, or another issuer answers
 */
export async function identityOf(configuration: Configuration, log: Log): Promise<IdentitySource> {
  const { oidcIssuer, oidcAudience, identityMapping } = configuration;
  if (oidcIssuer === undefined) return { optionsFor: demonstration, close: () => undefined };
  const file = identityMapping === undefined ? undefined : new MappingFile(identityMapping, log);
  const verifier = new OidcVerifier(oidcIssuer, oidcAudience, log);
  const close = (): void => file?.close();
  await verifier.prepare().catch((error: unknown) => {
    close();
    throw error;
  });
  const directory = new ClaimsDirectory(() => file?.current ?? OWN_CLAIMS);
  return { optionsFor: () => ({ verifier, directory }), close };
}

function demonstration(databaseUrl: string): Identity {
  // From what every process on this database knows, so that each accepts the others' tokens.
  const seed = createHmac('sha256', new URL(databaseUrl).password).update('development issuer').digest();
  const developmentIssuer = new DevelopmentIssuer(seed);
  return { verifier: developmentIssuer, directory: new DemoDirectory(), developmentIssuer };
}
