import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { ICruiseResult, IForbiddenRuleType, ICruiseOptions } from 'dependency-cruiser';
import { PROJECT_ROOT, brokenTrees, fixtureRoot } from './fixture-tree.js';

interface Configuration {
  forbidden: (IForbiddenRuleType & { name: string })[];
  options: ICruiseOptions;
}

// The rules are JavaScript, which the cruiser reads as it is; a computed path keeps the type checker from asking for more.
const rules = join(PROJECT_ROOT, '.dependency-cruiser.js');
const { configurationFor } = (await import(rules)) as { configurationFor: (root: string) => Configuration };

const { cruiseTree, uncruised } = (await import(join(PROJECT_ROOT, 'cruise.js'))) as {
  cruiseTree: (root: string, folders: readonly string[], more?: ICruiseOptions) => Promise<ICruiseResult>;
  uncruised: (root: string, folders: readonly string[], result: ICruiseResult) => string[];
};

const violationsOf = ({ summary }: ICruiseResult): string[] =>
  summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`);

describe('the dependency rules', () => {
  it('find nothing in a sound tree', async () => {
    const root = fixtureRoot('dependency-rules', 'sound');
    expect(violationsOf(await cruiseTree(root, readdirSync(root)))).toEqual([]);
  });

  it.each(brokenTrees('dependency-rules'))('refuse %s', async (fixture) => {
    const root = fixtureRoot('dependency-rules', fixture);
    const { summary } = await cruiseTree(root, readdirSync(root));
    expect(summary.violations.map(({ rule }) => rule.name)).toEqual([fixture.split('--')[0]]);
    expect(summary.error).toBe(1);
  });

  it('have each been seen to refuse something', () => {
    const refused = brokenTrees('dependency-rules').map((fixture) => fixture.split('--')[0]);
    const { forbidden } = configurationFor(fixtureRoot('dependency-rules', 'sound'));
    expect(forbidden.map(({ name }) => name).filter((name) => !refused.includes(name))).toEqual([]);
  });

  it('do not pass where there is no module', () => {
    expect(() => configurationFor(fixtureRoot('dependency-rules', 'no-such-tree'))).toThrow();
  });

  it('are not kept where a file is not read, as under a compiler that the cruiser does not know', async () => {
    const root = fixtureRoot('dependency-rules', 'sound');
    expect(uncruised(root, ['src'], await cruiseTree(root, ['src']))).toEqual([]);
    const nothing = await cruiseTree(root, ['src'], { exclude: { path: '\\.ts$' } });
    expect(violationsOf(nothing)).toEqual([]);
    expect(uncruised(root, ['src'], nothing)).toContain('src/main.ts');
  });

  it('find nothing in this project, of which they read every file', async () => {
    const folders = ['src', 'test', 'migrations', 'bench', 'examples'];
    const result = await cruiseTree(PROJECT_ROOT, folders);
    expect(violationsOf(result)).toEqual([]);
    expect(uncruised(PROJECT_ROOT, folders, result)).toEqual([]);
    expect(result.summary.totalDependenciesCruised).toBeGreaterThan(result.summary.totalCruised);
  });
});
