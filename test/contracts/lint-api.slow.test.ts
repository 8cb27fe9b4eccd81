import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApplication } from '../support/application.js';
import { runScript } from '../support/process.js';

interface Description {
  tags: { name: string; description?: string }[];
  paths: Record<string, Record<string, object>>;
}

/** Spectral and Redocly, as `npm run lint:api` runs them over the description that is made without an application. */
describe('the description of the API, read by the linters of others', () => {
  let folder: string;
  let written: string;
  const lint = async (document: object): Promise<string[]> => {
    const file = join(folder, 'openapi.json');
    await writeFile(file, JSON.stringify(document));
    const { code, stderr } = await runScript('lint-api.js', [file], {});
    const faults = stderr.split('\n').filter((line) => /^(spectral|redocly) /.test(line));
    expect(code).toBe(faults.length > 0 ? 1 : 0);
    return faults;
  };
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'remit-lint-api-'));
    const file = join(folder, 'written.json');
    await runScript('dist/src/cli/remit.js', ['api', 'document', file], {});
    written = await readFile(file, 'utf8');
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('is the one that the application serves', async () => {
    const remit = await startApplication();
    const served = await fetch(`${remit.baseUrl}/api/v1/openapi.json`);
    expect(JSON.parse(written)).toEqual(await served.json());
    await remit.stop();
  });

  it('has the faults that were put into it, and no others', async () => {
    const broken = JSON.parse(written) as Description;
    broken.tags[0] = { name: '1. Register a case', description: '' };
    broken.paths['/healthz'] = { get: { ...broken.paths['/healthz']?.get, operationId: 'party_list' } };
    const rules = (await lint(broken)).map((fault) => fault.split(':')[0]);
    expect(new Set(rules)).toEqual(
      new Set([
        'redocly tag-description',
        'redocly operation-operationId-unique',
        'spectral operation-operationId-unique',
      ]),
    );
  });
});
