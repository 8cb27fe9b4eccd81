import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readConfiguration } from '../../src/casework/configuration.js';
import { identityOf } from '../../src/casework/identity/identity-of.js';
import type { IdentitySource } from '../../src/platform/identity/identity.js';
import { newId } from '../../src/platform/base/ids.js';
import { Log } from '../../src/platform/telemetry/log.js';
import { startApplication, type TestApplication } from '../support/application.js';
import { eventually } from '../support/eventually.js';
import { Issuer } from '../support/issuer.js';
import { forgeriesFor } from '../support/tokens.js';

const PARTY = newId('pty');
const KEYCLOAK = { realm_access: { roles: ['offline_access', 'registry-intake'] }, groups: ['/cleared/confidential'] };
const SUBJECTS = {
  ines: KEYCLOAK,
  nobody: { realm_access: { roles: ['offline_access'] } },
  weir: { 'https://remit.example/party': PARTY },
};

const MAPPING = `
officers:
  roles: { claim: realm_access.roles, values: { registry-intake: INTAKE_OFFICER } }
  clearance: { claim: groups, values: { /cleared/confidential: CONFIDENTIAL } }
portal: { party: ['https://remit.example/party'] }
`;

describe('tokens of an issuer', () => {
  let folder: string;
  let mapping: string;
  let issuer: Issuer;
  let identity: IdentitySource;
  let remit: TestApplication;
  const lines: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'remit-identity-'));
    mapping = join(folder, 'mapping.yaml');
    await writeFile(mapping, MAPPING);
    issuer = await new Issuer(SUBJECTS).start();
    // Rests while the application starts.
    await issuer.stop();
    const configuration = readConfiguration({
      OIDC_ISSUER: issuer.url,
      REMIT_IDENTITY_MAPPING: mapping,
      // Whoever looks again and again until a role is gone asks more often than an officer.
      REMIT_RATE_LIMIT: '10000',
    });
    const log = new Log('info', { write: (line) => lines.push(line) });
    identity = await identityOf(configuration, log);
    remit = await startApplication({ configuration, identity: identity.optionsFor('') });
  });
  afterAll(async () => {
    await remit.stop();
    identity.close();
    await issuer.stop();
    await rm(folder, { recursive: true });
  });

  const read = (token: string, path = '/parties'): Promise<Response> =>
    fetch(`${remit.baseUrl}/api/v1${path}`, { headers: { authorization: `Bearer ${token}` } });
  const statusOf = async (token: string): Promise<number> => (await read(token)).status;

  it('must wait while the issuer does not answer, and are good as soon as it does', async () => {
    const token = await issuer.sign({});
    const refused = await read(token);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await refused.json()).toMatchObject({ errorCode: 'ISSUER_UNAVAILABLE' });
    expect((await fetch(`${remit.baseUrl}/readyz`)).status).toBe(200);
    await issuer.start();
    expect(
      await eventually(
        () => statusOf(token),
        (status) => status !== 503,
      ),
    ).toBe(403);
    expect(lines.filter((line) => line.includes('cannot be used'))).toHaveLength(1);
    expect(lines.filter((line) => line.includes('answers again'))).toHaveLength(1);
  });

  it('let in by what the mapping says of their claims', async () => {
    expect(await statusOf(await issuer.tokenFor('ines'))).toBe(200);
    expect(await statusOf(await issuer.tokenFor('nobody'))).toBe(403);
  });

  it('of a key that the issuer has just begun to sign with are good', async () => {
    const before = await issuer.tokenFor('ines');
    await issuer.rotate('second');
    const after = await issuer.tokenFor('ines');
    expect(
      await eventually(
        () => statusOf(after),
        (status) => status !== 401,
      ),
    ).toBe(200);
    // It was never seen before the key went.
    expect(await statusOf(before)).toBe(401);
  });

  it('for the portal are of no use to officers, nor the other way round', async () => {
    expect(await statusOf(await issuer.tokenFor('weir', 'portal'))).toBe(401);
    expect(await statusOf(await issuer.tokenFor('ines', 'elsewhere'))).toBe(401);
  });

  it('are refused when anything about them is wrong, however well they are signed', async () => {
    const forged = await forgeriesFor(issuer.publishedKey, issuer.url);
    const wrong = {
      expired: await issuer.sign({ until: -60 }),
      'not valid yet': await issuer.sign({ from: 60 }),
      'for another audience': await issuer.sign({ audience: 'elsewhere' }),
      'of another issuer': await issuer.sign({ issuer: 'https://issuer.example' }),
      'of an issuer with a slash more': await issuer.sign({ issuer: `${issuer.url}/` }),
      'of the system itself': await issuer.sign({ subject: 'system:notice.on-decision' }),
      ...forged,
    };
    const answered = Object.entries(wrong).map(async ([what, token]) => [what, await statusOf(token)]);
    expect(await Promise.all(answered)).toEqual(Object.keys(wrong).map((what) => [what, 401]));
  });

  it('lose a role in the mapping at once, though they are valid still', async () => {
    const token = await issuer.tokenFor('ines');
    expect(await statusOf(token)).toBe(200);
    await writeFile(mapping, `${MAPPING}actors: { ines: { roles: [OPERATOR] } }\n`);
    expect(
      await eventually(
        () => statusOf(token),
        (status) => status !== 200,
      ),
    ).toBe(403);
    await writeFile(mapping, `${MAPPING}revoked: [ines]\n`);
    expect(
      await eventually(
        () => statusOf(token),
        (status) => status !== 403,
      ),
    ).toBe(401);
    await writeFile(mapping, MAPPING);
    expect(
      await eventually(
        () => statusOf(token),
        (status) => status !== 401,
      ),
    ).toBe(200);
  });

  it('mean what they meant before when the mapping becomes unusable, and the log says why', async () => {
    await writeFile(mapping, 'officers: { roles: { claim: groups, values: { a: SYSTEM } } }');
    await eventually(
      () => lines.filter((line) => line.includes('officers.roles.values.a')),
      ({ length }) => length > 0,
    );
    expect(await statusOf(await issuer.tokenFor('ines'))).toBe(200);
  });
});

describe('an issuer that is not the one configured', () => {
  it('is refused at start in one line', async () => {
    const issuer = new Issuer({});
    issuer.calledElse = 'https://issuer.example';
    await issuer.start();
    const start = identityOf(readConfiguration({ OIDC_ISSUER: issuer.url }), new Log('silent'));
    await expect(start).rejects.toThrow(
      `OIDC_ISSUER is ${issuer.url}, but what answers there calls itself "https://issuer.example": write it exactly so.`,
    );
    await issuer.stop();
  });
});
