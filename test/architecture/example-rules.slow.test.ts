import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

const ESLINT = 'node_modules/eslint/bin/eslint.js';
const FILE = 'examples/client/main.ts';

interface Package {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
}
const packageOf = (file: string): Package => JSON.parse(readFileSync(file, 'utf8')) as Package;

/** The rules that ESLint finds broken when this is written at the end of a file of the example. */
function brokenBy(line: string): (string | null)[] {
  const args = [ESLINT, '--stdin', '--stdin-filename', FILE, '--format', 'json'];
  const input = `${readFileSync(FILE, 'utf8')}${line}\n`;
  // In a single run the rules would see the file as it is on the disk.
  const env = { ...process.env, TSESTREE_SINGLE_RUN: 'false' };
  const { stdout, stderr } = spawnSync(process.execPath, args, { input, env, encoding: 'utf8' });
  if (!stdout) throw new Error(stderr);
  const [result] = JSON.parse(stdout) as { messages: { ruleId: string | null }[] }[];
  return result?.messages.map(({ ruleId }) => ruleId) ?? [];
}

describe('the example of a generated client', () => {
  it.each([
    ['', undefined],
    ["export const cast = 'text' as unknown;", '@typescript-eslint/consistent-type-assertions'],
    ['export const anything = (given: any) => typeof given;', '@typescript-eslint/no-explicit-any'],
    ["export const sure = 'text'.at(0)!;", '@typescript-eslint/no-non-null-assertion'],
  ])('with %j at its end breaks %j', (line, rule) => {
    expect(brokenBy(line)).toEqual(rule === undefined ? [] : [rule]);
  });

  it('names the versions that this project is checked with', () => {
    const [own, ours] = [packageOf('examples/client/package.json'), packageOf('package.json')];
    const all = { ...ours.dependencies, ...ours.devDependencies };
    for (const [name, version] of Object.entries({ ...own.dependencies, ...own.devDependencies }))
      expect([name, version]).toEqual([name, all[name]]);
  });
});
