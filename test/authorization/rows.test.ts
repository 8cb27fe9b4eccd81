import { describe, expect, it } from '@jest/globals';
import { PERMISSIONS, permissionFor, plain } from '../support/permission-table.js';
import { rowsInCode, rowsOfRoutes } from './rows.js';

const sorted = (roles: readonly string[] | 'PUBLIC' | undefined): unknown =>
  typeof roles === 'object' ? [...roles].sort() : roles;

describe('the permission table', () => {
  it('has a row for every route, and each route says what its row says', () => {
    const routes = rowsOfRoutes();
    expect(routes.length).toBeGreaterThan(80);
    const said = routes.map(({ endpoint, roles, ifMatch = false, guards = [] }) => ({
      ...{ endpoint, roles: sorted(roles), ifMatch, guards },
    }));
    const wanted = routes.map(({ endpoint }) => {
      const row = permissionFor(endpoint);
      return { endpoint, roles: sorted(row?.roles), ifMatch: row?.ifMatch ?? false, guards: row?.guards ?? [] };
    });
    expect(said).toEqual(wanted);
  });

  it('would miss a row: no route falls under one by chance', () => {
    expect(permissionFor('GET /cases/{caseId}/secrets')).toBeUndefined();
    expect(permissionFor('POST /operations/consumers/{name}/removal')).toBeUndefined();
    expect(permissionFor('GET /audit/records/{auditId}')?.roles).toEqual(['AUDITOR']);
  });

  it('has a route for every row, once', () => {
    const there = rowsOfRoutes().map(({ endpoint }) => plain(endpoint));
    expect(PERMISSIONS.map(({ endpoint }) => endpoint).sort()).toEqual(there.sort());
  });

  it('gives sent commands a row too', () => {
    const told = rowsInCode().filter(({ endpoint }) => endpoint.startsWith('tell '));
    expect(told).toEqual([
      {
        endpoint: 'tell RecordAllegation',
        roles: ['INTAKE_OFFICER', 'SUPERVISOR', 'INVESTIGATOR'],
        guards: [{ of: 'CASE', by: ['CLEARANCE', 'TEAM'], otherwise: '404 NOT_FOUND' }],
      },
    ]);
  });
});
