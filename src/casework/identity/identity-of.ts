import { createHmac } from 'node:crypto';
import type { Configuration } from '../../platform/base/configuration.js';
import type { Log } from '../../platform/telemetry/log.js';
import { DevelopmentIssuer } from '../../platform/identity/development-issuer.js';
import type { Identity, IdentitySource } from '../../platform/identity/identity.js';
import { OidcVerifier } from '../../platform/identity/oidc-verifier.js';
import { ClaimsDirectory } from './claims-directory.js';
import { DemoDirectory } from './demo-directory.js';
import { DemoTokenController } from './demo-token.controller.js';
import { OWN_CLAIMS } from './identity-mapping.js';
import { MappingFile } from './mapping-file.js';

/**
 * The issuer and the mapping that are configured, checked; or who there is for demonstrations where development helpers are allowed.
 * @throws ConfigurationError in one line when the mapping cannot be used, or another issuer answers
 */
export async function identityOf(configuration: Configuration, log: Log): Promise<IdentitySource> {
  const { oidcIssuer, oidcAudience, identityMapping } = configuration;
  if (oidcIssuer === undefined) return { optionsFor: (url) => demonstration(seedOf(url)), close: () => undefined };
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

/**
 * Who there is for demonstrations.
 * @param seed 32 bytes that every process on a database knows, so that each accepts the others' tokens
 */
export function demonstration(seed: Buffer): Identity {
  const issuer = new DevelopmentIssuer(seed);
  return {
    verifier: issuer,
    directory: new DemoDirectory(),
    development: { issuer, controllers: [DemoTokenController] },
  };
}

const seedOf = (databaseUrl: string): Buffer =>
  createHmac('sha256', new URL(databaseUrl).password).update('development issuer').digest();
