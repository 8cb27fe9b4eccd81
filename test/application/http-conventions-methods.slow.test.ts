import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { routesOf } from '../../src/platform/http/require-policies.js';
import { makeToken } from '../support/tokens.js';
import { Conventions, expectProblem } from './http-conventions.js';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** A path of the API as it may be asked for, from its row of the permission table. */
const pathOf = (endpoint: string): string => {
  const [, path = ''] = endpoint.split(' ');
  const outside = ['/healthz', '/readyz', '/metrics'].includes(path);
  return `${outside ? '' : '/api/v1'}${path === '/' ? '' : path.replace(/\{\w+\}/g, 'case_01M80SP17BW38JR7PVS47YHQF6')}`;
};

describe('a method', () => {
  let api: Conventions;
  let endpoints: string[];
  beforeAll(async () => {
    api = await Conventions.start();
    endpoints = routesOf(api.remit.app).flatMap(({ policy }) => policy?.endpoint ?? []);
  });
  afterAll(() => api.remit.stop());

  it('that a path lacks is refused with those that it has, at every path', async () => {
    const paths = new Map<string, string[]>();
    for (const endpoint of endpoints) paths.set(pathOf(endpoint), [...(paths.get(pathOf(endpoint)) ?? []), endpoint]);
    expect(paths.size).toBeGreaterThan(20);
    for (const [path, here] of paths) {
      const known = new Set(here.map((endpoint) => endpoint.split(' ')[0] ?? ''));
      const allow = [...known, ...(known.has('GET') ? ['HEAD'] : []), 'OPTIONS'].sort().join(', ');
      for (const method of METHODS.filter((each) => !known.has(each))) {
        const reply = await api.raw(method, path);
        expect([method, path, reply.status, reply.body.errorCode]).toEqual([method, path, 405, 'METHOD_NOT_ALLOWED']);
        expect(reply.headers.get('allow')).toBe(allow);
        expectProblem(reply);
      }
      const options = await api.raw('OPTIONS', path);
      expect([path, options.status, options.headers.get('allow'), options.text]).toEqual([path, 204, allow, '']);
    }
  });

  it.each(['/api/v1/nothing', '/api/v1/cases/a/b/c/d', '/', `/api/v1/cases/${'x'.repeat(200)}`])(
    'is of no matter where nothing is: %s',
    async (path) => {
      for (const method of ['GET', 'DELETE', 'OPTIONS'])
        expect([method, (await api.raw(method, path)).status]).toEqual([method, 404]);
    },
  );

  it('HEAD is answered like GET, without a body', async () => {
    const { headers } = await api.remit.as('intake_ines').get(`/cases/${api.caseId}`);
    const authorization = `Bearer ${await makeToken()}`;
    const head = await api.raw('HEAD', `/api/v1/cases/${api.caseId}`, { headers: { authorization } });
    expect([head.status, head.text, head.headers.get('etag')]).toEqual([200, '', headers.get('etag')]);
    expect((await api.raw('HEAD', `/api/v1/cases/${api.caseId}`)).status).toBe(401);
    expect((await api.raw('HEAD', '/healthz')).status).toBe(200);
  });

  it('is asked about by a browser beforehand, and answered for the origins that are configured', async () => {
    const cross = await Conventions.start({ configuration: { corsOrigins: ['https://desk.example'] } });
    const ask = (headers: Record<string, string>): Promise<{ status: number; headers: Headers }> =>
      cross.raw('OPTIONS', '/api/v1/cases', { headers });
    const preflight = await ask({ origin: 'https://desk.example', 'access-control-request-method': 'POST' });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe('https://desk.example');
    const asked = await ask({});
    expect([asked.status, asked.headers.get('allow')]).toEqual([204, 'GET, HEAD, OPTIONS, POST']);
    expect((await cross.raw('DELETE', '/api/v1/cases')).status).toBe(405);
    await cross.remit.stop();
  });
});
