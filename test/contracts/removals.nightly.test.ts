import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript';
import { removalsFrom } from './removals.js';

/** A part of what is removed: for trying a few out. */
const ONLY = process.env.REMIT_TEST_ROWS ?? '';
const HOURS = 3 * 3_600_000;

const typesOf = async (document: object): Promise<string> =>
  astToString(await openapiTS(document as OpenAPI3, { silent: true }));

/** The description as the build makes it. */
function described(): object {
  const folder = mkdtempSync(join(tmpdir(), 'remit-removals-'));
  try {
    execFileSync(process.execPath, ['dist/src/cli/remit.js', 'api', 'document', join(folder, 'openapi.json')]);
    return JSON.parse(readFileSync(join(folder, 'openapi.json'), 'utf8')) as object;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('a field that an answer loses, or a code that is refused with no more', () => {
  it(
    'shows in the types of the client that are checked in, so that the lint fails',
    async () => {
      const document = described();
      const kept = await typesOf(document);
      expect(readFileSync('examples/client/schema.d.ts', 'utf8').endsWith(kept)).toBe(true);
      let tried = 0;
      const unnoticed: string[] = [];
      for (const { what, document: without } of removalsFrom(document)) {
        if (!what.includes(ONLY)) continue;
        tried += 1;
        if ((await typesOf(without)) === kept) unnoticed.push(what);
      }
      expect(unnoticed).toEqual([]);
      expect(tried).toBeGreaterThan(ONLY === '' ? 1_000 : 0);
    },
    HOURS,
  );
});
