import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Param } from '@nestjs/common';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { validate } from '@readme/openapi-parser';
import { RegisterCase } from '../../src/contracts/case-registry/register-case.js';
import { RegisterParty } from '../../src/contracts/party/register-party.js';
import { JsonSchemas } from '../../src/platform/http/json-schemas.js';
import { readRoute } from '../../src/platform/http/openapi-route.js';
import { routesOf } from '../../src/platform/http/require-policies.js';
import { checkInput } from '../../src/platform/messaging/check-input.js';
import { startApplication, type TestApplication } from '../support/application.js';
import { permissionFor } from '../support/permission-table.js';
import { HTTP_BODIES } from './http-bodies.js';

interface Schema {
  $ref?: string;
  anyOf?: Schema[];
  properties?: object;
}

interface Operation {
  operationId: string;
  tags: string[];
  description: string;
  'x-remit-roles': string[] | 'PUBLIC';
  security: Record<string, string[]>[];
  parameters: { name?: string; in?: string; $ref?: string; schema?: { pattern?: string } }[];
  requestBody?: { content: Record<string, { schema: { $ref?: string; type?: string } }> };
  summary?: string;
  responses: Record<string, { headers?: object; content?: Record<string, { schema: Schema }> }>;
}

interface Description {
  openapi: string;
  tags: { name: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, { required?: string[]; properties: Record<string, unknown> }> };
}

describe('the description of the API', () => {
  let remit: TestApplication;
  let document: Description;
  let operations: Map<string, Operation>;
  beforeAll(async () => {
    remit = await startApplication();
    document = (await (await fetch(`${remit.baseUrl}/api/v1/openapi.json`)).json()) as Description;
    operations = new Map(
      Object.entries(document.paths).flatMap(([path, item]) =>
        Object.entries(item).map(([verb, each]) => [
          `${verb.toUpperCase()} ${path.replace(/^\/api\/v1(?=\/)|^\/api\/v1$/, '') || '/'}`,
          each,
        ]),
      ),
    );
  });
  afterAll(() => remit.stop());

  /** The parser changes what it is given. */
  const validity = async (given: object): Promise<boolean> => (await validate(structuredClone(given) as never)).valid;
  const parametersOf = (endpoint: string): string[] =>
    operations.get(endpoint)?.parameters.map(({ name, $ref }) => name ?? ($ref ?? '').replace(/.*\//, '')) ?? [];

  it('is valid OpenAPI 3.1', async () => {
    expect(document.openapi).toBe('3.1.0');
    expect(await validity(document)).toBe(true);
    expect(await validity({ ...document, paths: { '/cases': { get: { responses: 'none' } } } })).toBe(false);
    expect(await validity({ ...document, components: {} })).toBe(false);
  });

  it('holds every row of the permission table that there is, with its roles and its preconditions', () => {
    const routes = routesOf(remit.app).flatMap(({ policy }) => policy ?? []);
    expect(routes.length).toBeGreaterThan(20);
    const documented = routes.map(({ endpoint }) => {
      const operation = operations.get(endpoint);
      return {
        endpoint,
        roles: [operation?.['x-remit-roles'] ?? []].flat().sort(),
        ifMatch: parametersOf(endpoint).includes('IfMatch'),
        statuses: ['412', '428'].filter((status) => status in (operation?.responses ?? {})),
        open: operation?.security.length === 0,
      };
    });
    const wanted = routes.map(({ endpoint }) => {
      const { roles = [], ifMatch = false } = permissionFor(endpoint) ?? {};
      const statuses = ifMatch ? ['412', '428'] : [];
      return { endpoint, roles: [roles].flat().sort(), ifMatch, statuses, open: roles === 'PUBLIC' };
    });
    expect(documented).toEqual(wanted);
  });

  it('says in a sentence what each operation does, and field by field what it answers', () => {
    const told = [...operations].map(([endpoint, { summary = '', responses }]) => {
      const [status = ''] = Object.keys(responses);
      const content = Object.entries(responses[status]?.content ?? {});
      const vague = content.filter(([type, { schema }]) => type === 'application/json' && !hasFields(schema));
      return { endpoint, summary: summary.length > 10, vague: vague.length };
    });
    expect(told.filter(({ summary, vague }) => !summary || vague > 0)).toEqual([]);
  });
  const hasFields = ({ $ref = '', anyOf, properties }: Schema): boolean =>
    properties !== undefined ||
    anyOf?.every(hasFields) === true ||
    document.components.schemas[$ref.split('/').at(-1) ?? '']?.properties !== undefined;

  it('groups its operations by the journey of a case', () => {
    const groups = document.tags.map(({ name }) => name);
    expect(groups).toEqual([...groups].sort());
    expect(groups.slice(0, 3)).toEqual(['1. Register a case', '2. Investigate it', '3. Decide it']);
    expect(new Set([...operations.values()].flatMap(({ tags }) => tags))).toEqual(new Set(groups));
  });

  it('gives each operation a name of its own and its module, and says for whom it is', () => {
    const names = [...operations.values()].map(({ operationId }) => operationId);
    expect(new Set(names).size).toBe(names.length);
    expect(operations.get('POST /cases')).toMatchObject({
      tags: ['1. Register a case'],
      'x-remit-module': 'case-registry',
      description: expect.stringContaining('For INTAKE_OFFICER, SUPERVISOR.'),
      security: [{ remit: [] }],
    });
    expect(operations.get('POST /parties/{partyId}/merge')?.description).toContain('Refusals are audited too.');
  });

  it('names the headers of commands, and the statuses with which they are refused', () => {
    expect(parametersOf('POST /cases')).toEqual(['IdempotencyKey', 'CorrelationId', 'Traceparent']);
    expect(parametersOf('GET /cases/{caseId}')).toEqual(['caseId', 'IfNoneMatch', 'CorrelationId', 'Traceparent']);
    const { responses = {} } = operations.get('POST /cases') ?? {};
    expect(Object.keys(responses['201']?.headers ?? {}).sort()).toEqual([
      'ETag',
      'Location',
      'X-Command-Id',
      'X-Correlation-Id',
    ]);
    expect(Object.keys(responses)).toEqual([
      '201',
      '400',
      '401',
      '403',
      '409',
      '413',
      '415',
      '422',
      '429',
      '500',
      '503',
    ]);
    expect(parametersOf('GET /cases')).toEqual(expect.arrayContaining(['search', 'partyId', 'limit', 'cursor']));
  });

  it('says what each part of a path looks like, in the order of the path', () => {
    for (const [endpoint, { parameters }] of operations) {
      const inPath = parameters.filter((each) => each.in === 'path');
      expect(inPath.map(({ name }) => name)).toEqual([...endpoint.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
      expect(inPath.filter(({ schema }) => !schema?.pattern)).toEqual([]);
    }
    const patterns = (endpoint: string): (string | undefined)[] =>
      operations.get(endpoint)?.parameters.flatMap(({ in: place, schema }) => (place === 'path' ? schema?.pattern : [])) ?? []; // prettier-ignore
    expect(patterns('DELETE /evidence/{evidenceId}/access-grants/{grantId}')).toEqual([
      '^ev_[0-9A-HJKMNP-TV-Z]{26}$',
      '^grant_[0-9A-HJKMNP-TV-Z]{26}$',
    ]);
    expect(patterns('GET /operations/consumers/{name}')).toEqual(['^[a-z0-9-]+\\.[a-z0-9-]+$']);
  });

  it('refuses a description of a path whose part is taken without a check', () => {
    class Lamps {
      read(@Param('lampId') lampId: string): string {
        return lampId;
      }
    }
    const route = { controller: 'Lamps', method: 'read', handler: {}, controllerClass: Lamps };
    const schemas = new JsonSchemas('#/components/schemas/', true);
    expect(() => readRoute({ ...route, policy: undefined }, schemas)).toThrow('Take lampId of the path of read by');
  });

  it('says what an error looks like', () => {
    const { Problem } = document.components.schemas;
    expect(Problem?.required).toEqual(['type', 'title', 'status', 'detail', 'errorCode', 'correlationId']);
    expect(JSON.stringify(Problem?.properties.errorCode)).toContain('VERSION_MISMATCH');
  });

  it('takes CSV where a text is taken as it comes, anything where it is streamed, and JSON everywhere else', () => {
    const others: Record<string, string> = { 'POST /imports': 'text/csv', 'PUT /evidence/{evidenceId}/content': '*/*' };
    for (const [endpoint, { requestBody }] of operations) {
      const wanted = others[endpoint] ?? 'application/json';
      if (requestBody) expect([endpoint, ...Object.keys(requestBody.content)]).toEqual([endpoint, wanted]);
    }
  });

  it('has schemas that every reader of JSON Schema 2020-12 takes', () => {
    const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, validateFormats: false });
    ajv.addVocabulary(['components']);
    ajv.addSchema({ $id: 'openapi', components: document.components }, undefined, false, false);
    const names = Object.keys(document.components.schemas);
    expect(names.length).toBeGreaterThan(15);
    for (const name of names) expect(ajv.compile({ $ref: `openapi#/components/schemas/${name}` })).toBeDefined();
    expect(JSON.stringify(document)).not.toMatch(/"nullable"|"\$ref":"[^"]+",|,"\$ref"/);
  });

  it.each(HTTP_BODIES.map((each) => [each.about, each] as const))('judges %s as the server does', (_, given) => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    ajv.addSchema({ $id: 'openapi', components: document.components }, undefined, false, false);
    const type = { RegisterParty, RegisterCase }[given.as];
    const judge = (): boolean => {
      try {
        return Boolean(checkInput<object>(type, given.body));
      } catch {
        return false;
      }
    };
    const byServer = judge();
    const bySchema = ajv.compile({ $ref: `openapi#/components/schemas/${given.as}` })(given.body);
    expect({ byServer, bySchema }).toEqual({ byServer: given.valid, bySchema: given.valid });
  });

  it('is browsed on a page whose every part comes from here', async () => {
    const page = await (await fetch(`${remit.baseUrl}/api/docs`)).text();
    const parts = [...page.matchAll(/(?:src|href)=["']([^"'#]+)["']/g)].map(([, part = '']) => part);
    expect(parts.length).toBeGreaterThan(3);
    for (const part of parts) {
      const url = new URL(part, `${remit.baseUrl}/api/docs`);
      expect(url.origin).toBe(remit.baseUrl);
      expect((await fetch(url)).status).toBe(200);
    }
    // A script within the page is what its content security policy refuses.
    expect(page).not.toMatch(/<script(?![^>]*\bsrc=)/);
  });

  it('shows on that page the summary of each operation by the journey of a case, and asks no other server', async () => {
    const page = await fetch(`${remit.baseUrl}/api/docs`);
    expect(page.headers.get('content-security-policy')).toMatch(/default-src 'self';.*script-src 'self';/);
    const shown = await (await fetch(`${remit.baseUrl}/api/docs/swagger-ui-init.js`)).text();
    for (const { summary = '' } of operations.values()) expect(shown).toContain(JSON.stringify(summary));
    for (const { name } of document.tags) expect(shown).toContain(JSON.stringify(name));
    // In the order of their numbers; and the badge of a validator would be asked for on the internet.
    expect(shown).toMatch(/"tagsSorter":\s*"alpha"/);
    expect(shown).toMatch(/"validatorUrl":\s*null/);
  });
});
