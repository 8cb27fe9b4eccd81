import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { CASEWORK_VARIABLES, readConfiguration } from '../../src/casework/configuration.js';
import { ConfigurationError } from '../../src/platform/base/configuration.js';
import { VARIABLES } from '../../src/platform/base/environment.js';

type Environment = Record<string, string | undefined>;

const SECRET = 'hunter2';
const PRODUCTION = { DATABASE_URL: 'postgresql://postgres:secret@db/remit', OIDC_ISSUER: 'https://issuer.example' };

function refusal(environment: Environment): string {
  try {
    readConfiguration(environment);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message;
    throw error;
  }
  throw new Error('It was not refused.');
}

describe('the configuration', () => {
  it('needs nothing: the embedded database, with development helpers, on this machine alone', () => {
    expect(readConfiguration({})).toEqual({
      port: 3000,
      host: '127.0.0.1',
      dataDir: resolve('.remit'),
      evidenceDir: resolve('.remit/evidence'),
      archiveDir: resolve('.remit/archive'),
      timeZone: 'UTC',
      evidenceLimitBytes: 5_368_709_120,
      moduleUrls: {},
      oidcAudience: 'remit',
      development: true,
      logLevel: 'info',
      rateLimitPerSecond: 10_000,
      bodyLimitBytes: 1_048_576,
      requestTimeoutMs: 30_000,
      eventStreams: 1_000,
      drainSeconds: 0,
      corsOrigins: [],
    });
  });

  it('takes an empty variable, or one of blanks, for an unset one', () => {
    const names = [
      'PORT', 'HOST', 'REMIT_DATA_DIR', 'DATABASE_URL', 'REMIT_DB_PARTY_URL', 'REMIT_DB_CONNECTIONS', 'OIDC_ISSUER',
      'OIDC_AUDIENCE', 'REMIT_DEV', 'NODE_ENV', 'LOG_LEVEL', 'REMIT_RATE_LIMIT', 'REMIT_BODY_LIMIT_BYTES',
      'REMIT_REQUEST_TIMEOUT_MS', 'REMIT_EVENT_STREAMS', 'REMIT_CORS_ORIGINS',
    ]; // prettier-ignore
    for (const nothing of ['', '  '])
      expect(readConfiguration(Object.fromEntries(names.map((name) => [name, nothing])))).toEqual(
        readConfiguration({}),
      );
  });

  it.each<[string, Environment, RegExp]>([
    ['PORT', { PORT: 'http' }, /whole number from 0 to 65535/],
    ['PORT', { PORT: '65536' }, /whole number/],
    ['PORT', { PORT: '-1' }, /whole number/],
    ['PORT', { PORT: '80.5' }, /whole number/],
    ['REMIT_DB_CONNECTIONS', { REMIT_DB_CONNECTIONS: '0' }, /whole number from 1 to 10000/],
    ['REMIT_DB_POOL_SIZE', { REMIT_DB_POOL_SIZE: '4' }, /is no more.*set REMIT_DB_CONNECTIONS/],
    ['REMIT_RATE_LIMIT', { REMIT_RATE_LIMIT: '0' }, /whole number from 1/],
    ['REMIT_BODY_LIMIT_BYTES', { REMIT_BODY_LIMIT_BYTES: '1MiB' }, /whole number/],
    ['REMIT_REQUEST_TIMEOUT_MS', { REMIT_REQUEST_TIMEOUT_MS: '10' }, /whole number from 1000/],
    ['REMIT_EVENT_STREAMS', { REMIT_EVENT_STREAMS: '0' }, /whole number from 1/],
    ['LOG_LEVEL', { LOG_LEVEL: 'loud' }, /one of fatal, error, warn/],
    ['REMIT_DEV', { REMIT_DEV: 'yes' }, /1 or 0/],
    ['DATABASE_URL', { DATABASE_URL: 'localhost' }, /postgresql:\/\/user:password@host:5432\/database/],
    ['REMIT_DB_PARTY_URL', { REMIT_DB_PARTY_URL: 'mysql://x' }, /postgresql:\/\/user:password@host:5432\/database/],
    ['OIDC_ISSUER', { NODE_ENV: 'production' }, /must name the issuer/],
    ['OIDC_ISSUER', { DATABASE_URL: PRODUCTION.DATABASE_URL }, /REMIT_DEV=1 outside production/],
    ['REMIT_DEV', { ...PRODUCTION, REMIT_DEV: '1', NODE_ENV: 'production' }, /must not be set/],
    ['REMIT_RATELIMIT', { REMIT_RATELIMIT: '5' }, /did you mean REMIT_RATE_LIMIT\?/],
    ['REMIT_IDENTITY_MAP', { REMIT_IDENTITY_MAP: 'x' }, /did you mean REMIT_IDENTITY_MAPPING\?/],
    ['REMIT_DATABASE_URL', { REMIT_DATABASE_URL: SECRET }, /did you mean DATABASE_URL\?/],
    ['REMIT_DB_URL', { REMIT_DB_URL: SECRET }, /is not a variable/],
    ['OIDC_AUDIENCE', { OIDC_AUDIENCE: 'registry' }, /without OIDC_ISSUER/],
    ['REMIT_IDENTITY_MAPPING', { REMIT_IDENTITY_MAPPING: 'm.yaml' }, /without OIDC_ISSUER/],
    ['OIDC_ISSUER', { OIDC_ISSUER: 'http://issuer.example' }, /must be an https address/],
    ['OIDC_ISSUER', { OIDC_ISSUER: 'http://127.0.0.1.example' }, /must be an https address/],
    ['OIDC_ISSUER', { OIDC_ISSUER: 'issuer.example' }, /must be the issuer.s address/],
    ['OIDC_ISSUER', { OIDC_ISSUER: 'https://issuer.example?realm=1' }, /must be the issuer.s address/],
    ['DATABASE_PASSWORD', { DATABASE_PASSWORD: SECRET }, /needs a DATABASE_URL/],
    ['DATABASE_URL', { DATABASE_URL: 'postgres://a:b@db/remit', DATABASE_PASSWORD: SECRET }, /remove one/],
    ['DATABASE_URL', { DATABASE_URL: 'postgres://db/remit', DATABASE_PASSWORD: SECRET }, /must name the user/],
    ['DATABASE_URL', { DATABASE_URL: 'postgres://a:b@db:port/remit' }, /must look like/],
    ['DATABASE_URL_FILE', { DATABASE_URL_FILE: '/nowhere' }, /cannot be read \(ENOENT\)/],
    ['DATABASE_URL_FILE', { DATABASE_URL_FILE: '/x', DATABASE_URL: 'postgres://a:b@db/remit' }, /both set/],
  ])('is refused in one line that names %s and what it should be: %j', (name, environment, remedy) => {
    const message = refusal(environment);
    expect(message).not.toContain('\n');
    expect(message).toContain(name);
    expect(message).toMatch(remedy);
  });

  it.each(['DATABASE_URL', 'REMIT_DB_PARTY_URL'])('never repeats what %s says, because it holds a password', (name) => {
    expect(refusal({ [name]: `postgres//remit:${SECRET}@db/remit` })).not.toContain(SECRET);
  });

  it.each<[given: 'embedded' | 'DATABASE_URL', dev: boolean, production: boolean, issuer: boolean, outcome: unknown]>([
    ['embedded', false, false, false, true],
    ['embedded', true, false, false, true],
    ['embedded', false, true, false, /OIDC_ISSUER/],
    ['embedded', true, true, false, /REMIT_DEV/],
    ['embedded', false, false, true, false],
    ['embedded', true, false, true, false],
    ['embedded', false, true, true, false],
    ['embedded', true, true, true, /REMIT_DEV/],
    ['DATABASE_URL', false, false, false, /OIDC_ISSUER/],
    ['DATABASE_URL', true, false, false, true],
    ['DATABASE_URL', false, true, false, /OIDC_ISSUER/],
    ['DATABASE_URL', true, true, false, /REMIT_DEV/],
    ['DATABASE_URL', false, false, true, false],
    ['DATABASE_URL', true, false, true, false],
    ['DATABASE_URL', false, true, true, false],
    ['DATABASE_URL', true, true, true, /REMIT_DEV/],
  ])(
    'with %s, REMIT_DEV %s, production %s and an issuer %s has helpers: %s',
    (given, dev, production, issuer, outcome) => {
      const environment = {
        ...(given === 'DATABASE_URL' && { DATABASE_URL: PRODUCTION.DATABASE_URL }),
        REMIT_DEV: dev ? '1' : '',
        NODE_ENV: production ? 'production' : '',
        OIDC_ISSUER: issuer ? PRODUCTION.OIDC_ISSUER : '',
      };
      if (outcome instanceof RegExp) expect(refusal(environment)).toMatch(outcome);
      else expect(readConfiguration(environment).development).toBe(outcome);
    },
  );

  it('takes the password by itself, with whatever letters, and from a file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'remit-secrets-'));
    await writeFile(join(folder, 'password'), 'p@ss:w/rd%\n');
    const { databaseUrl = '' } = readConfiguration({
      DATABASE_URL: 'postgresql://postgres@db:5432/remit',
      DATABASE_PASSWORD_FILE: join(folder, 'password'),
      REMIT_DEV: '1',
    });
    expect(decodeURIComponent(new URL(databaseUrl).password)).toBe('p@ss:w/rd%');
    await writeFile(join(folder, 'party'), 'postgresql://remit_party:x@db/remit\n');
    const given = { REMIT_DB_PARTY_URL_FILE: join(folder, 'party'), REMIT_DEV: '1' };
    expect(readConfiguration(given).moduleUrls).toEqual({ party: 'postgresql://remit_party:x@db/remit' });
    await writeFile(join(folder, 'party'), '\n');
    expect(refusal(given)).toContain('which is empty');
    await rm(folder, { recursive: true });
  });

  it('does not mind what Kubernetes says of a service named remit', () => {
    const ofKubernetes = {
      REMIT_SERVICE_HOST: '10.0.0.1',
      REMIT_SERVICE_PORT_HTTP: '80',
      REMIT_PORT: 'tcp://10.0.0.1:80',
    };
    const more = { REMIT_PORT_80_TCP: 'tcp://10.0.0.1:80', REMIT_PORT_80_TCP_ADDR: '10.0.0.1' };
    expect(readConfiguration({ ...ofKubernetes, ...more })).toEqual(readConfiguration({}));
  });

  it('may come without https from this machine, and elsewhere where demo tokens would be allowed too', () => {
    for (const issuer of ['http://localhost:8080/realms/remit', 'http://127.0.0.1:9', 'http://[::1]:9'])
      expect(readConfiguration({ OIDC_ISSUER: issuer }).oidcIssuer).toBe(issuer);
    expect(readConfiguration({ OIDC_ISSUER: 'http://keycloak:8080', REMIT_DEV: '1' }).development).toBe(false);
  });

  it('is what the README says: the same variables, each read, with the same defaults', () => {
    const rows = readFileSync('README.md', 'utf8').matchAll(/^\| `([A-Z][A-Z_<>]+)` +\| ([^|]*?) +\|/gm);
    const documented = new Map([...rows].map(([, name = '', standard = '']) => [name, standard]));
    expect([...documented.keys()].sort()).toEqual(
      [...VARIABLES, ...CASEWORK_VARIABLES, 'REMIT_DB_<MODULE>_URL'].sort(),
    );
    const read = new Set<string>();
    const environment = new Proxy<Environment>({}, {
      get: (_, name) => { read.add(String(name)); return undefined; },
    }); // prettier-ignore
    const found = readConfiguration(environment);
    expect([...read].filter((name) => !name.endsWith('_FILE')).sort()).toEqual(
      [...VARIABLES, ...CASEWORK_VARIABLES].sort(),
    );
    const standards = {
      PORT: found.port,
      HOST: found.host,
      REMIT_EVENT_STREAMS: found.eventStreams,
      OIDC_AUDIENCE: found.oidcAudience,
      LOG_LEVEL: found.logLevel,
      REMIT_BODY_LIMIT_BYTES: found.bodyLimitBytes,
      REMIT_REQUEST_TIMEOUT_MS: found.requestTimeoutMs,
      REMIT_DRAIN_SECONDS: found.drainSeconds,
    };
    for (const [name, standard] of Object.entries(standards))
      expect([name, documented.get(name)]).toEqual([name, `\`${String(standard)}\``]);
  });

  it('takes a connection for each module by its name', () => {
    const url = 'postgres://remit_case_registry@db/remit';
    const { moduleUrls } = readConfiguration({ REMIT_DB_CASE_REGISTRY_URL: url, REMIT_DEV: '1' });
    expect(moduleUrls).toEqual({ 'case-registry': url });
  });

  it('allows fewer requests a second where it is not for development', () => {
    expect(readConfiguration(PRODUCTION).rateLimitPerSecond).toBe(100);
    expect(readConfiguration({ ...PRODUCTION, REMIT_RATE_LIMIT: '7' }).rateLimitPerSecond).toBe(7);
  });

  it.each(['Europe/Nowhere', '+01:00', 'local'])('refuses %s as a time zone, and says what one looks like', (zone) => {
    expect(() => readConfiguration({ REMIT_TIME_ZONE: zone })).toThrow(
      `REMIT_TIME_ZONE must be a time zone as IANA names it, such as Europe/Vienna, not "${zone}".`,
    );
    expect(readConfiguration({ REMIT_TIME_ZONE: 'Europe/Vienna' }).timeZone).toBe('Europe/Vienna');
  });
});
