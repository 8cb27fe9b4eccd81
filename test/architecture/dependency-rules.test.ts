import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { ICruiseResult, IForbiddenRuleType, ICruiseOptions } from 'dependency-cruiser';
import { cruise } from 'dependency-cruiser';
import { PROJECT_ROOT, brokenTrees, fixtureRoot } from './fixture-tree.js';

interface Configuration {
  forbidden: (IForbiddenRuleType & { name: string })[];
  options: ICruiseOptions;
}

// The rules are JavaScript, which the cruiser reads as it is; a computed path keeps the type checker from asking for more.
const rules = join(PROJECT_ROOT, '.dependency-cruiser.js');
const { configurationFor } = (await import(rules)) as { configurationFor: (root: string) => Configuration };

const cruiseTree = async (root: string, folders: readonly string[]): Promise<ICruiseResult> => {
  const { forbidden, options } = configurationFor(root);
  const { output } = await cruise([...folders], { ...options, baseDir: root, validate: true, ruleSet: { forbidden } });
  if (typeof output === 'string') throw new Error('The cruiser answered with text.');
  return output;
};

const violationsOf = ({ summary }: ICruiseResult): string[] =>
  summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`);

const typeScriptFiles = (folder: string): string[] =>
  readdirSync(join(PROJECT_ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${folder}/${name}`);

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

  it('find nothing in this project, of which they read every file', async () => {
    const result = await cruiseTree(PROJECT_ROOT, ['src', 'test', 'migrations', 'bench']);
    expect(violationsOf(result)).toEqual([]);
    const cruised = result.modules.map(({ source }) => source);
    const unread = ['src', 'migrations', 'bench'].flatMap(typeScriptFiles).filter((file) => !cruised.includes(file));
    expect(unread).toEqual([]);
    expect(result.summary.totalCruised).toBeGreaterThan(typeScriptFiles('src').length);
    expect(result.summary.totalDependenciesCruised).toBeGreaterThan(typeScriptFiles('src').length);
  });
});
