import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ConfigurationError, readConfiguration } from '../../src/platform/configuration.js';

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
      evidenceLimitBytes: 5_368_709_120,
      moduleUrls: {},
      oidcAudience: 'remit',
      development: true,
      logLevel: 'info',
      rateLimitPerSecond: 10_000,
      bodyLimitBytes: 1_048_576,
      requestTimeoutMs: 30_000,
      eventStreams: 1_000,
      corsOrigins: [],
    });
  });

  it('takes an empty variable, or one of blanks, for an unset one', () => {
    const names = [
      'PORT', 'HOST', 'REMIT_DATA_DIR', 'DATABASE_URL', 'REMIT_DB_PARTY_URL', 'REMIT_DB_POOL_SIZE', 'OIDC_ISSUER',
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
    ['REMIT_DB_POOL_SIZE', { REMIT_DB_POOL_SIZE: '1' }, /whole number from 2 to 100/],
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
  ])('is refused in one line that names %s and what it should be: %j', (name, environment, remedy) => {
    const message = refusal(environment);
    expect(message).not.toContain('\n');
    expect(message).toContain(name);
    expect(message).toMatch(remedy);
  });

  it.each(['DATABASE_URL', 'REMIT_DB_PARTY_URL'])('never repeats what %s says, because it holds a password', (name) => {
    expect(refusal({ [name]: `postgres//remit:${SECRET}@db/remit` })).not.toContain(SECRET);
  });

  it('helps developers only where tokens may be signed for anybody', () => {
    const helps = (environment: Environment): boolean => readConfiguration(environment).development;
    expect(helps({})).toBe(true);
    expect(helps({ DATABASE_URL: PRODUCTION.DATABASE_URL, REMIT_DEV: '1' })).toBe(true);
    expect(helps({ REMIT_DB_PARTY_URL: 'postgres://party@db/remit', REMIT_DEV: '1' })).toBe(true);
    expect(helps({ OIDC_ISSUER: PRODUCTION.OIDC_ISSUER })).toBe(false);
    expect(helps({ OIDC_ISSUER: PRODUCTION.OIDC_ISSUER, REMIT_DEV: '1' })).toBe(false);
    expect(helps({ ...PRODUCTION, NODE_ENV: 'production' })).toBe(false);
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
});
