import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { startApplication, type TestApplication } from '../support/application.js';
import type { Reply } from '../support/officer.js';

interface Operation {
  responses: Record<string, { headers?: Record<string, unknown>; content?: Record<string, unknown> }>;
}

const pointer = (part: string): string => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));

describe('the answers of the API', () => {
  let remit: TestApplication;
  let ajv: Ajv2020;
  let paths: Record<string, Record<string, Operation>>;
  let caseId: string;
  let partyId: string;
  beforeAll(async () => {
    remit = await startApplication();
    const document = (await (await fetch(`${remit.baseUrl}/api/v1/openapi.json`)).json()) as { paths: typeof paths };
    ({ paths } = document);
    ajv = new Ajv2020({ strict: false, validateFormats: false });
    ajv.addSchema({ $id: 'openapi', ...document }, undefined, false, false);
    const ines = remit.as('intake_ines');
    ({ partyId } = (
      await ines.post<{ partyId: string }>('/parties', { kind: 'PERSON', legalName: 'Ewa Lindqvist' })
    ).body);
    const parties = [{ partyId, role: 'SUBJECT' }];
    const { body } = await ines.post<{ caseId: string; publishedEventId: string }>('/cases', {
      caseTypeCode: 'AIR',
      parties,
    });
    ({ caseId } = body);
    await ines.get(`/cases/${caseId}/dossier?waitForEventId=${body.publishedEventId}`);
  });
  afterAll(() => remit.stop());

  /** That this status is described, with the headers and the body that were sent. */
  function expectDescribed(endpoint: string, reply: Reply): void {
    const [method = '', path = ''] = endpoint.split(' ');
    const verb = method.toLowerCase();
    const described = paths[`/api/v1${path}`]?.[verb]?.responses ?? {};
    expect([endpoint, Object.keys(described)]).toEqual([endpoint, expect.arrayContaining([String(reply.status)])]);
    const response = described[String(reply.status)];
    for (const name of Object.keys(response?.headers ?? {}))
      expect([endpoint, name, reply.headers.has(name)]).toEqual([endpoint, name, true]);
    if (!response?.content) return;
    const place = [
      'paths',
      `/api/v1${path}`,
      verb,
      'responses',
      String(reply.status),
      'content',
      'application/json',
      'schema',
    ];
    const isValid = ajv.compile({ $ref: `openapi#/${place.map(pointer).join('/')}` });
    expect([endpoint, isValid(reply.body), isValid.errors]).toEqual([endpoint, true, null]);
    expect(isValid('something else')).toBe(false);
  }

  it.each([
    ['GET /parties', 'intake_ines'],
    ['GET /parties/{partyId}', 'intake_ines'],
    ['GET /parties/{partyId}/case-history', 'intake_ines'],
    ['GET /cases', 'intake_ines'],
    ['GET /cases/{caseId}', 'intake_ines'],
    ['GET /cases/{caseId}/notes', 'intake_ines'],
    ['GET /cases/{caseId}/permitted-actions', 'intake_ines'],
    ['GET /cases/{caseId}/dossier', 'intake_ines'],
    ['GET /cases/{caseId}/audit-trail', 'auditor_aude'],
    ['GET /worklist', 'intake_ines'],
    ['GET /audit/records', 'auditor_aude'],
    ['GET /operations/relay', 'operator_otto'],
    ['GET /operations/consumers', 'operator_otto'],
    ['GET /operations/dead-letters', 'operator_otto'],
  ])('to %s are as described', async (endpoint, actorId) => {
    const path = endpoint.replace('GET ', '').replace('{partyId}', partyId).replace('{caseId}', caseId);
    const reply = await remit.as(actorId).get(path);
    expect(reply.status).toBe(200);
    expectDescribed(endpoint, reply);
  });

  it('to commands are as described', async () => {
    const ines = remit.as('intake_ines');
    expectDescribed('POST /parties', await ines.post('/parties', { kind: 'PERSON', legalName: 'Ewa' }));
    expectDescribed('POST /cases/{caseId}/notes', await ines.post(`/cases/${caseId}/notes`, { text: 'Called back.' }));
    const headers = { 'if-match': '"1"' };
    expectDescribed('PATCH /cases/{caseId}', await ines.send('PATCH', `/cases/${caseId}`, { title: 'Smoke' }, headers));
    const csv = { 'content-type': 'text/csv' };
    expectDescribed('POST /imports', await ines.post('/imports', 'no,mapping\n1,2\n', csv));
    const otto = remit.as('operator_otto');
    for (const what of ['pause', 'resume'] as const)
      expectDescribed(
        `POST /operations/relay/${what}`,
        await otto.post(`/operations/relay/${what}`, { reason: 'To see' }),
      );
  });
});
