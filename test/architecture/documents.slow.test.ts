import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { remitCommand } from '../../src/cli/remit-command.js';
import { CASEWORK_VARIABLES } from '../../src/casework/configuration.js';
import { Environment } from '../../src/platform/base/environment.js';
import { theApplication } from '../support/remit.js';
import { documentsIn, mistakesIn, type Known } from './documents.js';
import { PROJECT_ROOT } from './fixture-tree.js';

/** Of the tests and tools, or set to a value that a text speaks of. */
const NOT_OF_THE_APPLICATION = [
  ...['REMIT_JOURNEY_URL', 'REMIT_TEST_ROWS'],
  ...['REMIT_FUZZ_SEED', 'REMIT_FUZZ_ONLY', 'REMIT_FUZZ_RUNS'],
];

const isVariable = (name: string): boolean => {
  try {
    new Environment({ [name]: 'x' }, CASEWORK_VARIABLES).refuseUnknown();
    return true;
  } catch {
    return NOT_OF_THE_APPLICATION.includes(name);
  }
};

describe('the documents', () => {
  let known: Known;
  beforeAll(async () => {
    const { baseUrl } = await theApplication();
    const { paths } = (await (await fetch(`${baseUrl}/api/v1/openapi.json`)).json()) as {
      paths: Record<string, object>;
    };
    const endpoints = Object.entries(paths).flatMap(([path, item]) =>
      Object.keys(item).map((verb) => `${verb.toUpperCase()} ${path.replace('/api/v1', '')}`),
    );
    const { scripts } = JSON.parse(readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8')) as { scripts: object };
    known = { endpoints, remit: remitCommand(), scripts: Object.keys(scripts), isVariable };
  });
  const read = (document: string): string => readFileSync(join(PROJECT_ROOT, document), 'utf8');

  it('name only endpoints, commands, options, scripts, files and variables that there are', () => {
    const documents = documentsIn(PROJECT_ROOT);
    expect(documents.length).toBeGreaterThan(25);
    expect(documents.flatMap((each) => mistakesIn(PROJECT_ROOT, each, read(each), known))).toEqual([]);
  });

  it.each([
    ['`GET /api/v1/ops/dead-letters`', 'GET /api/v1/ops/dead-letters is no endpoint'],
    ['`PUT /cases/{caseId}`', 'PUT /cases/{caseId} is no endpoint'],
    ['see /api/v1/ops/relay', '/api/v1/ops/relay is no path of the API'],
    ['npx remit db repair', 'remit db repair: db has no repair'],
    ['npx remit db retire --until 2026-05', 'remit db retire --until 2026-05: retire has no --until'],
    ['npm run benchmark', 'npm run benchmark is no script'],
    ['[here](docs/adr/0000-none.md)', 'docs/adr/0000-none.md is not there'],
    ['`test/journeys/none.test.ts`', 'test/journeys/none.test.ts is not there'],
    ['`REMIT_POOL`', 'REMIT_POOL is no variable'],
  ])('would be refused for %s', (text, mistake) => {
    expect(mistakesIn(PROJECT_ROOT, 'README.md', text, known)).toEqual([`README.md: ${mistake}`]);
  });

  it('may write what a route takes as they like', () => {
    const text = 'GET /cases/case_01/dossier, `POST /cases/{id}/notes`, $API/api/v1/evidence/$EV/custody?limit=5';
    expect(mistakesIn(PROJECT_ROOT, 'README.md', text, known)).toEqual([]);
  });
});
