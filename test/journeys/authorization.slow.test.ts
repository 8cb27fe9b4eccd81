import { beforeAll, describe, expect, it } from '@jest/globals';
import { DEMO_OFFICERS } from '../support/demo-officers.js';
import { permissionFor } from '../support/permission-table.js';
import { theApplication, type Remit } from '../support/remit.js';

const OUTSIDE_THE_PREFIX = /\/(healthz|readyz|metrics)$/;

describe('every endpoint that the API describes', () => {
  let remit: Remit;
  let endpoints: string[];
  beforeAll(async () => {
    remit = await theApplication();
    const { paths } = (await (await fetch(`${remit.baseUrl}/api/v1/openapi.json`)).json()) as {
      paths: Record<string, object>;
    };
    endpoints = Object.entries(paths).flatMap(([path, item]) =>
      Object.keys(item).map((verb) => `${verb.toUpperCase()} ${path.replace('/api/v1', '') || '/'}`),
    );
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

  it.each(Object.entries(DEMO_OFFICERS))(
    'lets %s do what the role may, and nothing else: %s',
    async (actorId, role) => {
      expect(endpoints.length).toBeGreaterThan(70);
      const token = await tokenFor({ actorId });
      for (const endpoint of endpoints) {
        const roles = permissionFor(endpoint)?.roles ?? [];
        const allowed = roles === 'PUBLIC' || roles.includes(role);
        const status = await call(endpoint, token);
        const outcome = status === 401 || status === 403 ? status : status < 500 ? 'allowed' : status;
        expect({ actorId, endpoint, outcome }).toEqual({ actorId, endpoint, outcome: allowed ? 'allowed' : 403 });
      }
    },
  );

  it.each(['without a token', 'with the token of a party'])('lets nobody in %s', async (how) => {
    const partyId = 'pty_01KA9Y3V5M8Q2R7T1W4X6Z0B2C';
    const token = how.startsWith('with ') ? await tokenFor({ partyId, audience: 'portal' }) : undefined;
    for (const endpoint of endpoints) {
      const open =
        permissionFor(endpoint)?.roles === 'PUBLIC' || (endpoint.includes(' /portal/') && token !== undefined);
      const status = await call(endpoint, token);
      expect({ endpoint, refused: status === 401 }).toEqual({ endpoint, refused: !open });
    }
  });
});
