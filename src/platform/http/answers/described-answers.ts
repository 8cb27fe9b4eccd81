import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolder } from '../../base/version.js';
import type { DescribedAnswers } from './read-answers.js';

/** Beside what was built, for the compiler and its types are not there when the application runs. */
const fileIn = (root: string): string => join(root, 'dist/answers.json');

/** What the build has read from the code. @throws Error when there was no build */
export function describedAnswers(): DescribedAnswers {
  const file = fileIn(packageFolder());
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as DescribedAnswers;
  } catch (error) {
    throw new Error(`${file} describes the answers of the API and cannot be read: run npm run build.`, {
      cause: error,
    });
  }
}

/**
 * Reads the code under a root and writes what it answers, unless that was done since the code was last changed.
 * @returns the file, when it was written
 */
export async function describeAnswers(root: string): Promise<string | undefined> {
  const file = fileIn(root);
  const { newestSource, readAnswers } = await import('./read-answers.js');
  const writtenAt = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (writtenAt > newestSource(root)) return undefined;
  writeFileSync(file, JSON.stringify(readAnswers(root)));
  return file;
}
