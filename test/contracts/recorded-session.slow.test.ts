import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { stringify } from 'yaml';
import { lifeOfACase } from '../../examples/client/life-of-a-case.js';
import { recordedSession, type RecordedSession } from '../../src/platform/http/recorded-examples.js';
import { startApplication, type TestApplication } from '../support/application.js';
import { KnownIds, placeOf } from './fuzz/known-ids.js';
import type { Operation } from './fuzz/request-arbitrary.js';
import { Recorder } from './recorded/recorder.js';

interface Described extends Operation {
  responses: Record<string, { content?: Record<string, object> }>;
}

/** A media type with its example. */
interface Shown {
  examples?: { recorded: { value: unknown } };
}

interface Document {
  paths: Record<string, Record<string, Described>>;
}

const READERS = ['auditor_aude', 'supervisor_sol', 'operator_otto', 'investigator_ivo'];

/** What is recorded is served after the next build, and judged by the next run. */
const RECORDS = process.env.REMIT_RECORD === '1';
const FILE = 'src/recorded-session.yaml';

/** Written anew by `npm run record-examples`. */
describe('the examples in the description of the API', () => {
  let remit: TestApplication;
  let document: Document;
  const session: RecordedSession = {};
  beforeAll(async () => {
    remit = await startApplication();
    document = (await (await fetch(`${remit.baseUrl}/api/v1/openapi.json`)).json()) as Document;
    const ids = new KnownIds();
    const recorder = new Recorder(document, ids);
    await recorder.during(async () => {
      await lifeOfACase(remit.baseUrl, 'Weir Paper Ltd');
      await readEverything(ids);
    });
    Object.assign(session, recorder.session);
  });
  afterAll(() => remit.stop());

  /** What the session has made, as whoever may read it. */
  async function readEverything(ids: KnownIds): Promise<void> {
    for (const [path, { get }] of Object.entries(document.paths)) {
      if (!get || path.endsWith('/events') || !path.startsWith('/api/v1/')) continue;
      const named = get.parameters.filter((each) => each.in === 'path');
      const filled = named.reduce((made, { name, schema }) => {
        const prefix = /^\^([a-z]+)_/.exec(schema.pattern ?? '')?.[1];
        return made.replace(`{${name}}`, prefix === undefined ? 'reporting.case-dossier' : placeOf(prefix, 0));
      }, path.slice('/api/v1'.length));
      for (const reader of READERS) if ((await remit.as(reader).get(ids.fillIn(filled))).status === 200) break;
    }
  }

  if (RECORDS) {
    it('are recorded anew', () => {
      writeFileSync(FILE, stringify(session, { lineWidth: 110, singleQuote: true }));
      expect(Object.keys(session).length).toBeGreaterThan(40);
    });
    return;
  }

  it('are as a session of today is, operation by operation', () => {
    const statuses = (given: RecordedSession): Record<string, string[]> =>
      Object.fromEntries(Object.entries(given).map(([name, { answers }]) => [name, Object.keys(answers)]));
    expect(Object.keys(session).length).toBeGreaterThan(40);
    expect(statuses(recordedSession())).toEqual(statuses(session));
  });

  it('are each in the description, and valid by the schema beside it', () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    ajv.addSchema({ $id: 'openapi', ...document }, undefined, false, false);
    const recorded = recordedSession();
    let examples = 0;
    for (const [path, item] of Object.entries(document.paths))
      for (const [verb, { operationId, requestBody, responses }] of Object.entries(item)) {
        const { request, answers = {} } = recorded[operationId] ?? {};
        const at = `openapi#/paths/${encodeURIComponent(path.replaceAll('/', '~1'))}/${verb}`;
        const judge = (place: string, content: object | undefined, wanted: unknown): void => {
          const { examples: served } = (content as Record<string, Shown>)['application/json'] ?? {};
          const example = served?.recorded.value;
          const isValid = ajv.compile({ $ref: `${at}/${place}/content/application~1json/schema` });
          expect([operationId, example]).toEqual([operationId, wanted]);
          expect([operationId, isValid(example), isValid.errors]).toEqual([operationId, true, null]);
          examples += 1;
        };
        if (request !== undefined) judge('requestBody', requestBody?.content, request);
        for (const [status, answer] of Object.entries(answers))
          judge(`responses/${status}`, responses[status]?.content, answer);
      }
    expect(examples).toBeGreaterThan(50);
  });
});
