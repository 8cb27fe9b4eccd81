import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { routesOf } from '../../src/platform/http/require-policies.js';
import { DEMO_ACTORS } from '../../src/platform/identity/directories.js';
import type { Policy } from '../../src/platform/policy/policy.js';
import { startApplication, type TestApplication } from '../support/application.js';
import { PERMISSIONS, permissionFor, plain } from '../support/permission-table.js';

const OUTSIDE_THE_PREFIX = /\/(healthz|readyz|metrics)$/;

describe('the permission table', () => {
  let remit: TestApplication;
  let policies: Policy[];
  beforeAll(async () => {
    remit = await startApplication();
    policies = routesOf(remit.app).flatMap(({ policy }) => policy ?? []);
  });
  afterAll(() => remit.stop());

  it('has a row for every route, and each route says what its row says', () => {
    const sorted = (roles: readonly string[] | 'PUBLIC' | undefined): unknown =>
      typeof roles === 'object' ? [...roles].sort() : roles;
    const said = policies.map(({ endpoint, roles, ifMatch = false }) => ({ endpoint, roles: sorted(roles), ifMatch }));
    const wanted = policies.map(({ endpoint }) => {
      const row = permissionFor(endpoint);
      return { endpoint, roles: sorted(row?.roles), ifMatch: row?.ifMatch ?? false };
    });
    expect(said).toEqual(wanted);
  });

  it('would miss a row: no route falls under one by chance', () => {
    expect(permissionFor('GET /cases/{caseId}/secrets')).toBeUndefined();
    expect(permissionFor('DELETE /operations/relay')).toBeUndefined();
    expect(permissionFor('GET /audit/records/{auditId}')?.roles).toEqual(['AUDITOR']);
  });

  it('has a route for every row', () => {
    const there = policies.map(({ endpoint }) => plain(endpoint));
    const missing = PERMISSIONS.map(({ endpoint }) => endpoint).filter(
      (row) => !row.endsWith('/**') && !there.includes(row),
    );
    expect(missing).toEqual([]);
  });

  it('names each route as it is called', async () => {
    const description = (await (await fetch(`${remit.baseUrl}/api/v1/openapi.json`)).json()) as {
      paths: Record<string, object>;
    };
    const called = Object.entries(description.paths).flatMap(([path, item]) =>
      Object.keys(item).map((verb) => `${verb.toUpperCase()} ${path.replace('/api/v1', '')}`),
    );
    expect(called.sort()).toEqual(policies.map(({ endpoint }) => endpoint).sort());
  });

  /** A call without body or If-Match to something that is not there: whoever may call it changes nothing by it. */
  const call = async (endpoint: string, token?: string): Promise<number> => {
    const [method = '', path = ''] = endpoint.replace(/\{\w+\}/g, 'nothing').split(' ');
    const prefix = OUTSIDE_THE_PREFIX.test(path) ? '' : '/api/v1';
    const headers = token ? { authorization: `Bearer ${token}` } : undefined;
    const { status, body } = await fetch(`${remit.baseUrl}${prefix}${path}`, { method, ...(headers && { headers }) });
    await body?.cancel();
    return status;
  };

  const tokenFor = async (request: object): Promise<string> => {
    const response = await fetch(`${remit.baseUrl}/api/v1/dev/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(request),
    });
    return ((await response.json()) as { accessToken: string }).accessToken;
  };

  it.each([...DEMO_ACTORS.values()].map((actor) => [actor.actorId, actor] as const))(
    'lets %s do what the role may, and nothing else',
    async (actorId, actor) => {
      const token = await tokenFor({ actorId });
      for (const { endpoint } of policies) {
        const roles = permissionFor(endpoint)?.roles ?? [];
        const allowed = roles === 'PUBLIC' || actor.roles.some((role) => roles.includes(role as never));
        const status = await call(endpoint, token);
        const outcome = status === 401 || status === 403 ? status : status < 500 ? 'allowed' : status;
        expect({ actorId, endpoint, outcome }).toEqual({ actorId, endpoint, outcome: allowed ? 'allowed' : 403 });
      }
    },
  );

  it.each(['without a token', 'with the token of a party'])('lets nobody in %s', async (how) => {
    const partyId = 'pty_01KA9Y3V5M8Q2R7T1W4X6Z0B2C';
    const token = how.startsWith('with ') ? await tokenFor({ partyId, audience: 'portal' }) : undefined;
    for (const { endpoint, audience } of policies) {
      const open = permissionFor(endpoint)?.roles === 'PUBLIC' || (audience === 'portal' && token !== undefined);
      const status = await call(endpoint, token);
      expect({ endpoint, refused: status === 401 }).toEqual({ endpoint, refused: !open });
    }
  });
});
