import { join, resolve } from 'node:path';
import { ConfigurationError, Environment, type Variables } from './environment.js';

export { ConfigurationError } from './environment.js';

/** Everything that the environment may say to the platform. */
export interface Configuration {
  port: number;
  host: string;
  dataDir: string;
  /** Where retired parts of the log lie. */
  archiveDir: string;
  /** IANA's name of the zone by which the authority counts its days and years. */
  timeZone: string;
  /** An administrator's connection; unset means the embedded server. */
  databaseUrl?: string;
  /** `REMIT_DB_<MODULE>_URL`, by module name in kebab-case. */
  moduleUrls: Readonly<Record<string, string>>;
  /** Connections that the process opens at most on each server; unset means what fits the server. */
  databaseConnections?: number;
  oidcIssuer?: string;
  oidcAudience: string;
  /** A file that says which of the issuer's claims mean what. */
  identityMapping?: string;
  /** Development helpers: token, clock, demo officers. */
  development: boolean;
  logLevel: string;
  rateLimitPerSecond: number;
  bodyLimitBytes: number;
  requestTimeoutMs: number;
  /** Streams of events that this process holds open at most. */
  eventStreams: number;
  /** How long a stop goes on taking requests while it says that it is not ready. */
  drainSeconds: number;
  corsOrigins: readonly string[];
}

/** Gives modules the configuration. */
export const CONFIGURATION = Symbol('configuration');

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];

/** Where programs are found; a child process needs it and nothing else of our environment. */
export const executablePath = (): string | undefined => process.env.PATH;

/**
 * Reads the configuration from the environment. An empty variable counts as unset.
 * @param options.serving false for commands that need the database alone, and so no issuer of tokens
 * @param own names of variables beside those of the platform, which `more` reads
 * @throws ConfigurationError naming the first variable that is wrong.
 */
export function readConfiguration<Own extends string, More extends object>(
  variables: Variables = process.env,
  options: { serving?: boolean } = {},
  own: readonly Own[],
  more: (environment: Environment<Own>, common: Configuration) => More,
): Configuration & More {
  const environment = new Environment(variables, own);
  environment.refuseUnknown();
  const common = commonOf(environment, options);
  return { ...common, ...more(environment, common) };
}

function commonOf(environment: Environment<string>, options: { serving?: boolean }): Configuration {
  const production = environment.value('NODE_ENV') === 'production';
  const databaseUrl = administratorUrl(environment);
  const moduleUrls = environment.moduleUrls();
  const embedded = databaseUrl === undefined && Object.keys(moduleUrls).length === 0;
  const askedForDevelopment = environment.flag('REMIT_DEV');
  if (askedForDevelopment && production)
    throw new ConfigurationError('REMIT_DEV must not be set when NODE_ENV is production: it signs tokens for anybody.');
  const issuer = issuerOf(environment, askedForDevelopment);
  const development = !production && issuer === undefined && (embedded || askedForDevelopment);
  if (issuer === undefined && !development && options.serving !== false)
    throw new ConfigurationError(
      'OIDC_ISSUER must name the issuer of its users\u2019 tokens (or set REMIT_DEV=1 outside production for demo tokens).',
    );
  const dataDir = resolve(environment.value('REMIT_DATA_DIR') ?? '.remit');
  const logLevel = environment.value('LOG_LEVEL') ?? 'info';
  if (!LOG_LEVELS.includes(logLevel))
    throw new ConfigurationError(`LOG_LEVEL must be one of ${LOG_LEVELS.join(', ')}.`);
  const identityMapping = environment.value('REMIT_IDENTITY_MAPPING');

  return {
    port: environment.whole('PORT', 3000, 0, 65_535),
    host: environment.value('HOST') ?? '127.0.0.1',
    dataDir,
    archiveDir: resolve(environment.value('REMIT_ARCHIVE_DIR') ?? join(dataDir, 'archive')),
    timeZone: environment.timeZone('REMIT_TIME_ZONE', 'UTC'),
    ...(databaseUrl && { databaseUrl }),
    moduleUrls,
    ...(environment.value('REMIT_DB_CONNECTIONS') !== undefined && {
      databaseConnections: environment.whole('REMIT_DB_CONNECTIONS', 1, 1, 10_000),
    }),
    ...(issuer && { oidcIssuer: issuer }),
    oidcAudience: environment.value('OIDC_AUDIENCE') ?? 'remit',
    ...(identityMapping && { identityMapping: resolve(identityMapping) }),
    development,
    logLevel,
    rateLimitPerSecond: environment.whole('REMIT_RATE_LIMIT', development ? 10_000 : 100, 1, 1_000_000),
    bodyLimitBytes: environment.whole('REMIT_BODY_LIMIT_BYTES', 1_048_576, 1_024, 1_073_741_824),
    requestTimeoutMs: environment.whole('REMIT_REQUEST_TIMEOUT_MS', 30_000, 1_000, 600_000),
    eventStreams: environment.whole('REMIT_EVENT_STREAMS', 1_000, 1, 100_000),
    drainSeconds: environment.whole('REMIT_DRAIN_SECONDS', 0, 0, 300),
    corsOrigins: (environment.value('REMIT_CORS_ORIGINS') ?? '').split(',').filter(Boolean),
  };
}

/** The password may come apart from the rest, so that a container's secret is the password alone. */
function administratorUrl(environment: Environment<string>): string | undefined {
  const given = environment.postgresUrl('DATABASE_URL');
  const password = environment.secret('DATABASE_PASSWORD');
  if (password === undefined || given === undefined) {
    if (password !== undefined)
      throw new ConfigurationError('DATABASE_PASSWORD needs a DATABASE_URL: set it, or remove the password.');
    return given;
  }
  const url = new URL(given);
  if (url.password !== '')
    throw new ConfigurationError('DATABASE_URL holds a password, and DATABASE_PASSWORD is set too: remove one.');
  if (url.username === '')
    throw new ConfigurationError(
      'DATABASE_URL must name the user of DATABASE_PASSWORD: postgresql://user@host:5432/database.',
    );
  url.password = encodeURIComponent(password);
  return url.toString();
}

function issuerOf(environment: Environment<string>, development: boolean): string | undefined {
  const issuer = environment.value('OIDC_ISSUER');
  if (issuer === undefined) {
    for (const name of ['OIDC_AUDIENCE', 'REMIT_IDENTITY_MAPPING'] as const)
      if (environment.value(name) !== undefined)
        throw new ConfigurationError(`${name} is set without OIDC_ISSUER: name the issuer too, or remove it.`);
    return undefined;
  }
  const url = URL.canParse(issuer) ? new URL(issuer) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '' || url.username !== '')
    throw new ConfigurationError(
      'OIDC_ISSUER must be the issuer\u2019s address, such as https://login.example/realms/remit.',
    );
  const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
  if (url.protocol === 'http:' && !loopback && !development)
    throw new ConfigurationError(
      `OIDC_ISSUER must be an https address, not ${issuer}: over http anybody on the way could sign tokens.`,
    );
  return issuer;
}
