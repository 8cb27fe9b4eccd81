import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import pg from 'pg';
import { lifeOfACase } from '../../examples/client/life-of-a-case.js';
import { DEMO_ACTORS } from '../../src/casework/identity/demo-officers.js';
import { startApplication, type TestApplication } from '../support/application.js';
import { Description } from '../support/description.js';
import { FuzzedApi } from './fuzz/fuzzed-api.js';
import { KnownIds } from './fuzz/known-ids.js';
import { OwnedRows } from './fuzz/owned-rows.js';
import { requestsTo, type Operation } from './fuzz/request-arbitrary.js';
import { SchemaArbitrary, type Schema } from './fuzz/schema-arbitrary.js';

/** Requests to each operation: a hundred in CI, some thousand at night. */
const RUNS = Number(process.env.REMIT_FUZZ_RUNS ?? 100);
/** The same for every change, so that a failure is of the change; another one each night. */
const SEED = Number(process.env.REMIT_FUZZ_SEED ?? 533_595_072);
/** A part of the names of the operations that are tried; all of them otherwise. */
const ONLY = process.env.REMIT_FUZZ_ONLY ?? '';

interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

const officersIn = (role: string): string[] =>
  [...DEMO_ACTORS.values()].filter(({ roles }) => role === '' || roles.includes(role)).map(({ actorId }) => actorId);

describe('the API under requests that are made from its description', () => {
  let remit: TestApplication;
  let admin: pg.Client;
  let document: Document;
  const ids = new KnownIds();
  beforeAll(async () => {
    remit = await startApplication({ configuration: { rateLimitPerSecond: 1_000_000 } });
    admin = new pg.Client({ connectionString: remit.database.url });
    await admin.connect();
    document = (await (await fetch(`${remit.baseUrl}/api/v1/openapi.json`)).json()) as Document;
    for (const name of ['Weir Paper Ltd', 'Mill Street Foundry'])
      ids.learn(JSON.stringify(await lifeOfACase(remit.baseUrl, name)));
  });
  afterAll(async () => {
    await admin.end();
    await remit.stop();
  });

  it(
    'fails nowhere, answers as it is described, and changes nothing when it refuses',
    async () => {
      process.stdout.write(`Fuzzing with REMIT_FUZZ_SEED=${SEED}, ${RUNS} requests to each operation.\n`);
      const api = new FuzzedApi(remit, new Description(document as never), ids, new OwnedRows(admin));
      await api.signIn();
      const values = new SchemaArbitrary(document.components.schemas);
      const faults: string[] = [];
      for (const [verb, path, operation] of operationsOf(document)) {
        const method = verb.toUpperCase();
        const requests = requestsTo(path, operation, values, officersIn);
        const property = fc.asyncProperty(requests, (request) => api.judge(method, request));
        const found = await fc.check(property, { numRuns: RUNS, seed: SEED, endOnFailure: true });
        if (found.failed)
          faults.push(`${method} ${path}: ${String(found.errorInstance)} ${fc.defaultReportMessage(found) ?? ''}`);
      }
      expect(faults).toEqual([]);
      // A fuzzer that is always refused has tried nothing.
      if (ONLY === '') expect([...api.answers.keys()]).toEqual(expect.arrayContaining([200, 201, 400, 404, 409, 412]));
    },
    30_000 + RUNS * 20_000,
  );

  /** The clock is moved last: much comes due with it. */
  function operationsOf({ paths }: Document): [verb: string, path: string, operation: Operation][] {
    return Object.entries(paths)
      .sort(([one], [other]) => Number(one.endsWith('/dev/clock')) - Number(other.endsWith('/dev/clock')))
      .flatMap(([path, item]) =>
        Object.entries(item).map(([verb, each]): [string, string, Operation] => [verb, path, each]),
      )
      .filter(([, , { operationId }]) => operationId.includes(ONLY));
  }
});
