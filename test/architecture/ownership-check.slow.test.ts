import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { checkOwnership } from '../../src/platform/ownership/check-ownership.js';
import { RULES } from '../../src/platform/ownership/violation.js';
import { BROKEN_DECLARATIONS } from './broken-declarations.js';
import { PROJECT_ROOT, brokenTrees, inTree } from './fixture-tree.js';

const ruleOf = (fixture: string): string => fixture.split('--')[0] ?? '';

describe('the ownership check', () => {
  it('finds nothing in a sound tree, and says how much it has read', async () => {
    const { violations, read } = await inTree(undefined, checkOwnership);
    expect(violations).toEqual([]);
    expect(read).toEqual({ declarations: 3, sourceFiles: 14, sqlStatements: 12 });
  });

  it.each(brokenTrees('ownership'))('refuses %s', async (fixture) => {
    const { violations } = await inTree(fixture, checkOwnership);
    expect([...new Set(violations.map(({ rule }) => rule))]).toEqual([ruleOf(fixture)]);
    for (const { where, why, mend } of violations) expect([where, why, mend].every(Boolean)).toBe(true);
  });

  it('refuses a tree without modules: nothing was read', async () => {
    const { violations } = await inTree(undefined, (root) => {
      rmSync(join(root, 'src/modules'), { recursive: true });
      rmSync(join(root, 'src/contracts'), { recursive: true });
      return checkOwnership(root);
    });
    expect(violations.map(({ rule }) => rule)).toContain('nothing-read');
  });

  it('refuses a folder that is no source tree', async () => {
    const { violations, read } = await checkOwnership(join(PROJECT_ROOT, 'docs'));
    expect(violations.map(({ where }) => where)).toEqual(['src/platform/ownership.yaml']);
    expect(read.sourceFiles).toBe(0);
  });

  it('has been seen to refuse something by each of its rules', () => {
    const seen = [
      ...brokenTrees('ownership').map(ruleOf),
      ...BROKEN_DECLARATIONS.map(({ rule }) => rule),
      'nothing-read',
    ];
    expect(Object.keys(RULES).filter((rule) => !seen.includes(rule))).toEqual([]);
    expect(seen.filter((rule) => !(rule in RULES))).toEqual([]);
  });

  it('finds nothing in this project', async () => {
    const { violations, read } = await checkOwnership(PROJECT_ROOT);
    expect(violations).toEqual([]);
    expect(read.declarations).toBeGreaterThan(1);
    expect(read.sqlStatements).toBeGreaterThan(read.declarations);
  });
});
