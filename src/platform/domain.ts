import type { Configuration } from './base/configuration.js';
import type { IdentitySource } from './identity/identity.js';
import type { Log } from './telemetry/log.js';

/** What the platform is told of the domain that it carries, whose words it does not know. */
export interface Domain {
  /**
   * The issuer that is configured and what its tokens mean, checked.
   * @throws ConfigurationError in one line
   */
  identityOf(configuration: Configuration, log: Log): Promise<IdentitySource>;
  /** The field of payloads that names the key which an event concerns beside its own aggregate's. */
  relatedBy: string;
}
