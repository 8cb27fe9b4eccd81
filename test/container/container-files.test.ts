import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { DockerfileParser, type Copy, type Instruction } from 'dockerfile-ast';
import { validate } from 'dockerfile-utils';
import { parse } from 'yaml';
import { Environment } from '../../src/platform/base/environment.js';
import { readConfiguration } from '../../src/casework/configuration.js';

const dockerfile = readFileSync('Dockerfile', 'utf8');
const instructions = DockerfileParser.parse(dockerfile).getInstructions();
const named = (keyword: string): Instruction[] => instructions.filter((each) => each.getKeyword() === keyword);
const argumentsOf = (instruction: Instruction): string[] => instruction.getArguments().map((each) => each.getValue());

interface Service {
  image?: string;
  environment: Record<string, string>;
  secrets: string[];
  stop_grace_period: string;
}
interface Compose {
  services: Record<string, Service>;
  secrets: Record<string, { file: string }>;
}
const composeText = readFileSync('compose.yaml', 'utf8');
const compose = parse(composeText, { merge: true }) as Compose;

describe('the Dockerfile', () => {
  it('copies only what is tracked and let in by .dockerignore', () => {
    const tracked = execFileSync('git', ['ls-files'], { encoding: 'utf8' }).split('\n');
    const letIn = readFileSync('.dockerignore', 'utf8').split('\n');
    const sources = named('COPY').filter((each) => (each as Copy).getFlags().length === 0);
    const copied = sources.flatMap((each) => argumentsOf(each).slice(0, -1));
    expect(copied.length).toBeGreaterThan(5);
    for (const source of copied) {
      expect(existsSync(source)).toBe(true);
      expect([source, tracked.some((file) => file === source || file.startsWith(`${source}/`))]).toEqual([
        source,
        true,
      ]);
      expect(letIn).toContain(`!${source}`);
    }
  });

  it('is made from one pinned version of Node that the package allows', () => {
    const { engines } = JSON.parse(readFileSync('package.json', 'utf8')) as { engines: { node: string } };
    const bases = new Set(named('FROM').map((each) => argumentsOf(each)[0]));
    expect(bases.size).toBe(1);
    const [, major = '', minor = ''] = /^node:(\d+)\.(\d+)-[\w-]+$/.exec([...bases][0] ?? '') ?? [];
    const [, oldest = '', oldestMinor = ''] = /^>=(\d+)\.(\d+)$/.exec(engines.node) ?? [];
    expect(Number(major) * 1000 + Number(minor)).toBeGreaterThanOrEqual(Number(oldest) * 1000 + Number(oldestMinor));
  });

  it('has nothing that its grammar refuses', () => {
    expect(validate(dockerfile)).toEqual([]);
    expect(validate('FROM node\nCOPPY a b\n')).not.toEqual([]);
  });

  it('ends with Node as the first process, an unprivileged user and a health check', () => {
    const user = named('USER').map(argumentsOf);
    expect(user).toEqual([['node']]);
    expect(instructions.at(-1)?.toString()).toMatch(/^CMD \["node", /);
    expect(named('HEALTHCHECK').map((each) => each.toString())).toEqual([expect.stringContaining('/healthz')]);
  });
});

describe('compose.yaml', () => {
  it('is what the specification of compose files says', () => {
    const schema = JSON.parse(readFileSync('node_modules/dclint/schemas/compose.schema.json', 'utf8')) as object;
    const ajv = new Ajv2019({ strict: false, validateFormats: false, validateSchema: false });
    const validate = ajv.compile({ ...schema, $schema: undefined });
    expect([validate(compose), validate.errors]).toEqual([true, null]);
    expect(validate({ services: { remit: { imaeg: 'x' } } })).toBe(false);
  });

  it('holds no secret, and names where each is', () => {
    expect(composeText).not.toMatch(/:[^/@\s]+@database/);
    expect(readFileSync('.gitignore', 'utf8')).toContain('secrets/');
    for (const { secrets } of Object.values(compose.services))
      expect(Object.keys(compose.secrets)).toEqual(expect.arrayContaining(secrets));
  });

  it.each(['demo', 'remit'])('gives the service %s an environment that it takes', (name) => {
    const { DATABASE_PASSWORD_FILE, ...environment } = compose.services[name]?.environment ?? {};
    expect(DATABASE_PASSWORD_FILE).toBe('/run/secrets/database-password');
    const given = { ...environment, OIDC_ISSUER: name === 'remit' ? 'https://issuer.example' : '' };
    const production = name === 'remit' ? { NODE_ENV: 'production' } : {};
    const all = { ...production, ...given, DATABASE_PASSWORD: 'x', OIDC_AUDIENCE: '' };
    expect(() => { new Environment(all).refuseUnknown(); }).not.toThrow(); // prettier-ignore
    expect(readConfiguration(all).development).toBe(name === 'demo');
  });

  it('gives a stop more time than it takes at most', () => {
    const seconds = (name: string): number => Number.parseInt(compose.services[name]?.stop_grace_period ?? '0');
    const { REMIT_DRAIN_SECONDS } = compose.services.remit?.environment ?? {};
    const LIMIT = 25;
    expect(seconds('remit')).toBeGreaterThan(LIMIT + Number(REMIT_DRAIN_SECONDS));
  });
});
