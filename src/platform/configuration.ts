import { join, resolve } from 'node:path';

/** Everything that the environment may say. The README's table lists the same names and defaults. */
export interface Configuration {
  port: number;
  host: string;
  dataDir: string;
  /** Where the contents of evidence lie. */
  evidenceDir: string;
  evidenceLimitBytes: number;
  /** An administrator's connection; unset means the embedded server. */
  databaseUrl?: string;
  /** `REMIT_DB_<MODULE>_URL`, by module name in kebab-case. */
  moduleUrls: Readonly<Record<string, string>>;
  /** Connections of each module; unset means what fits the server. */
  databasePoolSize?: number;
  oidcIssuer?: string;
  oidcAudience: string;
  /** Development helpers: token, clock, demo officers. */
  development: boolean;
  logLevel: string;
  rateLimitPerSecond: number;
  bodyLimitBytes: number;
  requestTimeoutMs: number;
  /** Streams of events that this process holds open at most. */
  eventStreams: number;
  corsOrigins: readonly string[];
}

/** Gives modules the configuration. */
export const CONFIGURATION = Symbol('configuration');

/** The configuration is wrong; the message is one line that names the variable and how to mend it. */
export class ConfigurationError extends Error {}

const GIBIBYTE = 1_073_741_824;
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];

/** Where programs are found; a child process needs it and nothing else of our environment. */
export const executablePath = (): string | undefined => process.env.PATH;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the configuration from the environment. An empty variable counts as unset.
 * @param options.serving false for commands that need the database alone, and so no issuer of tokens
 * @throws ConfigurationError naming the first variable that is wrong.
 */
export function readConfiguration(
  environment: Environment = process.env,
  options: { serving?: boolean } = {},
): Configuration {
  const text = (name: string): string | undefined => environment[name]?.trim() ?? undefined;
  const value = (name: string): string | undefined => (text(name) === '' ? undefined : text(name));
  const whole = (name: string, otherwise: number, low: number, high: number): number => {
    const given = value(name);
    if (given === undefined) return otherwise;
    const number = Number(given);
    if (!Number.isInteger(number) || number < low || number > high)
      throw new ConfigurationError(`${name} must be a whole number from ${low} to ${high}, not "${given}".`);
    return number;
  };
  const flag = (name: string): boolean => {
    const given = value(name);
    if (given !== undefined && !['0', '1'].includes(given))
      throw new ConfigurationError(`${name} must be 1 or 0, not "${given}".`);
    return given === '1';
  };
  const postgresUrl = (name: string): string | undefined => {
    const given = value(name);
    // The value itself is never repeated: it holds a password.
    if (given !== undefined && !/^postgres(ql)?:\/\/[^\s]+$/.test(given))
      throw new ConfigurationError(`${name} must look like postgresql://user:password@host:5432/database.`);
    return given;
  };

  const production = value('NODE_ENV') === 'production';
  const databaseUrl = postgresUrl('DATABASE_URL');
  const moduleUrls: Record<string, string> = {};
  for (const name of Object.keys(environment)) {
    const module = /^REMIT_DB_([A-Z][A-Z_]*)_URL$/.exec(name)?.[1];
    const url = module && postgresUrl(name);
    if (url) moduleUrls[module.toLowerCase().replaceAll('_', '-')] = url;
  }
  const embedded = databaseUrl === undefined && Object.keys(moduleUrls).length === 0;
  const issuer = value('OIDC_ISSUER');
  const askedForDevelopment = flag('REMIT_DEV');
  if (askedForDevelopment && production)
    throw new ConfigurationError('REMIT_DEV must not be set when NODE_ENV is production: it signs tokens for anybody.');
  const development = !production && issuer === undefined && (embedded || askedForDevelopment);
  if (issuer === undefined && !development && options.serving !== false)
    throw new ConfigurationError(
      'OIDC_ISSUER must name the issuer of the officers\u2019 tokens (or set REMIT_DEV=1 outside production for demo tokens).',
    );
  const dataDir = resolve(value('REMIT_DATA_DIR') ?? '.remit');
  const logLevel = value('LOG_LEVEL') ?? 'info';
  if (!LOG_LEVELS.includes(logLevel))
    throw new ConfigurationError(`LOG_LEVEL must be one of ${LOG_LEVELS.join(', ')}.`);

  return {
    port: whole('PORT', 3000, 0, 65_535),
    host: value('HOST') ?? '127.0.0.1',
    dataDir,
    evidenceDir: resolve(value('REMIT_EVIDENCE_DIR') ?? join(dataDir, 'evidence')),
    evidenceLimitBytes: whole('REMIT_EVIDENCE_LIMIT_BYTES', 5 * GIBIBYTE, 1_024, 1_024 * GIBIBYTE),
    ...(databaseUrl && { databaseUrl }),
    moduleUrls,
    ...(value('REMIT_DB_POOL_SIZE') !== undefined && { databasePoolSize: whole('REMIT_DB_POOL_SIZE', 8, 2, 100) }),
    ...(issuer && { oidcIssuer: issuer }),
    oidcAudience: value('OIDC_AUDIENCE') ?? 'remit',
    development,
    logLevel,
    rateLimitPerSecond: whole('REMIT_RATE_LIMIT', development ? 10_000 : 100, 1, 1_000_000),
    bodyLimitBytes: whole('REMIT_BODY_LIMIT_BYTES', 1_048_576, 1_024, 1_073_741_824),
    requestTimeoutMs: whole('REMIT_REQUEST_TIMEOUT_MS', 30_000, 1_000, 600_000),
    eventStreams: whole('REMIT_EVENT_STREAMS', 1_000, 1, 100_000),
    corsOrigins: (value('REMIT_CORS_ORIGINS') ?? '').split(',').filter(Boolean),
  };
}
