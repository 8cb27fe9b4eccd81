import { readFileSync } from 'node:fs';
import { nearest } from './nearest.js';

/** The configuration is wrong; the message is one line that names the variable and how to mend it. */
export class ConfigurationError extends Error {}

export type Variables = Readonly<Record<string, string | undefined>>;

/** Every variable that the platform reads. */
export const VARIABLES = [
  'PORT',
  'HOST',
  'REMIT_DATA_DIR',
  'REMIT_ARCHIVE_DIR',
  'REMIT_TIME_ZONE',
  'DATABASE_URL',
  'DATABASE_PASSWORD',
  'REMIT_DB_CONNECTIONS',
  'OIDC_ISSUER',
  'OIDC_AUDIENCE',
  'REMIT_IDENTITY_MAPPING',
  'REMIT_DEV',
  'NODE_ENV',
  'LOG_LEVEL',
  'REMIT_RATE_LIMIT',
  'REMIT_BODY_LIMIT_BYTES',
  'REMIT_REQUEST_TIMEOUT_MS',
  'REMIT_EVENT_STREAMS',
  'REMIT_DRAIN_SECONDS',
  'REMIT_CORS_ORIGINS',
] as const;
/** Read by the `remit` command itself. */
const OF_THE_COMMAND = ['REMIT_TOKEN'];
export type Variable = (typeof VARIABLES)[number] | `REMIT_DB_${string}_URL`;

/** Those that may hold a secret and so may be given as a file: `DATABASE_URL_FILE`, as container secrets are mounted. */
export const SECRETS: readonly Variable[] = ['DATABASE_URL', 'DATABASE_PASSWORD'];

/** What they are called no more, and what to set instead. */
const REPLACED: Readonly<Record<string, string>> = {
  REMIT_DB_POOL_SIZE:
    'what it gave each module is now shared by all: set REMIT_DB_CONNECTIONS to what the whole process may open',
};

const MODULE_URL = /^REMIT_DB_([A-Z][A-Z_]*)_URL(_FILE)?$/;
/** What Kubernetes tells every container of a service that is named remit or remit-…; nobody wrote it for us. */
const OF_A_SERVICE = /^REMIT(_[A-Z0-9_]+)?_(SERVICE_(HOST|PORT)(_[A-Z0-9_]+)?|PORT(_\d+_(TCP|UDP|SCTP)(_[A-Z]+)?)?)$/;
/** The tests' own. */
const OF_TESTS = 'REMIT_TEST_';

/** Reads variables and says clearly what is wrong with one. An empty one counts as unset. */
export class Environment<Own extends string = never> {
  /** @param own names of variables beside those of the platform */
  constructor(
    private readonly variables: Variables,
    private readonly own: readonly Own[] = [],
  ) {}

  /** @throws ConfigurationError for a variable that looks like ours and is none: a typing error must not go unseen */
  refuseUnknown(): void {
    const known: string[] = [...VARIABLES, ...this.own, ...SECRETS.map((name) => `${name}_FILE`), ...OF_THE_COMMAND];
    for (const name of Object.keys(this.variables)) {
      if (!name.startsWith('REMIT_') || this.given(name) === undefined || known.includes(name)) continue;
      if (MODULE_URL.test(name) || OF_A_SERVICE.test(name) || name.startsWith(OF_TESTS)) continue;
      const instead = REPLACED[name];
      if (instead !== undefined) throw new ConfigurationError(`${name} is no more, since ${instead}.`);
      throw new ConfigurationError(
        `${name} is not a variable of Remit: did you mean ${nearest(name, known)}? Correct or remove it.`,
      );
    }
  }

  value(name: Variable | Own): string | undefined {
    return this.given(name);
  }

  /** Given itself or as the file that `<name>_FILE` names. */
  secret(name: Variable | Own): string | undefined {
    const given = this.given(name);
    const path = this.given(`${name}_FILE`);
    if (path === undefined) return given;
    if (given !== undefined) throw new ConfigurationError(`${name} and ${name}_FILE are both set: remove one.`);
    try {
      const content = readFileSync(path, 'utf8').trim();
      if (content !== '') return content;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw new ConfigurationError(`${name}_FILE names ${path}, which cannot be read (${code}): name a readable file.`);
    }
    throw new ConfigurationError(`${name}_FILE names ${path}, which is empty: write the value into it.`);
  }

  whole(name: Variable | Own, otherwise: number, low: number, high: number): number {
    const given = this.given(name);
    if (given === undefined) return otherwise;
    const number = Number(given);
    if (!Number.isInteger(number) || number < low || number > high)
      throw new ConfigurationError(`${name} must be a whole number from ${low} to ${high}, not "${given}".`);
    return number;
  }

  timeZone(name: Variable | Own, otherwise: string): string {
    const given = this.given(name);
    if (given === undefined) return otherwise;
    try {
      // A shift against UTC is taken too, and keeps no daylight saving time.
      if (/^[+-]/.test(given)) throw new RangeError();
      return new Intl.DateTimeFormat('en', { timeZone: given }).resolvedOptions().timeZone;
    } catch {
      throw new ConfigurationError(
        `${name} must be a time zone as IANA names it, such as Europe/Vienna, not "${given}".`,
      );
    }
  }

  flag(name: Variable | Own): boolean {
    const given = this.given(name);
    if (given !== undefined && !['0', '1'].includes(given))
      throw new ConfigurationError(`${name} must be 1 or 0, not "${given}".`);
    return given === '1';
  }

  /** Its value is never repeated: it holds a password. */
  postgresUrl(name: Variable | Own): string | undefined {
    const given = this.secret(name);
    if (given !== undefined && !(/^postgres(ql)?:\/\/\S+$/.test(given) && URL.canParse(given)))
      throw new ConfigurationError(
        `${name} must look like postgresql://user:password@host:5432/database, other letters percent-encoded.`,
      );
    return given;
  }

  /** By module name: `REMIT_DB_CASE_REGISTRY_URL` is `case-registry`'s. */
  moduleUrls(): Record<string, string> {
    const urls: Record<string, string> = {};
    for (const name of Object.keys(this.variables)) {
      const module = MODULE_URL.exec(name)?.[1];
      const url = module && this.postgresUrl(`REMIT_DB_${module}_URL`);
      if (url) urls[module.toLowerCase().replaceAll('_', '-')] = url;
    }
    return urls;
  }

  private given(name: string): string | undefined {
    const text = this.variables[name]?.trim();
    return text === '' ? undefined : text;
  }
}
