import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DEMO_ACTORS } from '../../src/casework/identity/demo-officers.js';
import { routesOf } from '../../src/platform/http/require-policies.js';
import type { Policy } from '../../src/platform/policy/policy.js';
import { startApplication, type TestApplication } from '../support/application.js';
import { DEMO_OFFICERS } from '../support/demo-officers.js';
import { PERMISSIONS, permissionFor, plain } from '../support/permission-table.js';

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
      Object.keys(item).map((verb) => `${verb.toUpperCase()} ${path.replace('/api/v1', '') || '/'}`),
    );
    expect(called.sort()).toEqual(policies.map(({ endpoint }) => endpoint).sort());
  });

  it('knows every demo officer with the role that the contract gives', () => {
    const known = [...DEMO_ACTORS.values()].map(({ actorId, roles }) => [actorId, roles]);
    expect(known).toEqual(Object.entries(DEMO_OFFICERS).map(([actorId, role]) => [actorId, [role]]));
  });
});
