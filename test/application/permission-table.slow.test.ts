import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DEMO_ACTORS } from '../../src/casework/identity/demo-officers.js';
import { routesOf } from '../../src/platform/http/require-policies.js';
import type { Policy } from '../../src/platform/policy/policy.js';
import { startApplication, type TestApplication } from '../support/application.js';
import { DEMO_OFFICERS } from '../support/demo-officers.js';

describe('the permission table', () => {
  let remit: TestApplication;
  let policies: Policy[];
  beforeAll(async () => {
    remit = await startApplication();
    policies = routesOf(remit.app).flatMap(({ policy }) => policy ?? []);
  });
  afterAll(() => remit.stop());

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
