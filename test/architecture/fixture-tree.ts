import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeFingerprints } from '../../src/platform/ownership/fingerprints.js';
import { writeDocuments } from '../../src/platform/ownership/generate.js';
import { readDeclarations } from '../../src/platform/ownership/load-declarations.js';

const FIXTURES = fileURLToPath(new URL('fixtures', import.meta.url));
export const PROJECT_ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const SOUND = join(FIXTURES, 'ownership/sound');

/** The fixtures that break a rule: `<rule>` or `<rule>--<variant>`. */
export const brokenTrees = (kind: 'ownership' | 'dependency-rules'): string[] =>
  readdirSync(join(FIXTURES, kind)).filter((name) => name !== 'sound');

export const fixtureRoot = (kind: 'ownership' | 'dependency-rules', name: string): string => join(FIXTURES, kind, name);

/**
 * Runs work on a copy of the sound tree, over which the files of a fixture are laid. The copy lies outside the
 * project, is no git checkout, and its generated documents are up to date unless the fixture brings its own.
 */
export const inTree = async <T>(fixture: string | undefined, work: (root: string) => Promise<T> | T): Promise<T> => {
  const root = mkdtempSync(join(tmpdir(), 'ownership-'));
  try {
    cpSync(SOUND, root, { recursive: true });
    if (fixture !== undefined) cpSync(fixtureRoot('ownership', fixture), root, { recursive: true });
    const { declarations } = readDeclarations(join(root, 'src'));
    if (!existsSync(join(root, 'docs/ownership.md'))) writeDocuments(root, declarations);
    if (!existsSync(join(root, 'docs/projections.json'))) await writeFingerprints(root, declarations);
    return await work(root);
  } finally {
    rmSync(root, { recursive: true });
  }
};
