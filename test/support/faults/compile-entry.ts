import { mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { transformFile } from '@swc/core';

const FOLDER = 'test/support/faults';
const OPTIONS = { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' }, module: { type: 'es6' } } as const;

let compiled: Promise<string> | undefined;

/**
 * Compiles the entry point of a process with a probe into `dist`, from where its imports lead to the application as it was
 * built. Node's own hooks for TypeScript would make each start half as slow again.
 * @returns the file to run
 */
export const faultEntry = (): Promise<string> => (compiled ??= compile());

async function compile(): Promise<string> {
  const inside = (await readdir(join(FOLDER, 'inside'))).map((file) => join('inside', file));
  for (const file of ['crash-points.ts', ...inside]) {
    const { code } = await transformFile(join(FOLDER, file), OPTIONS);
    const target = join('dist', FOLDER, file.replace(/\.ts$/, '.js'));
    await mkdir(dirname(target), { recursive: true });
    // Several test files may do so at once, and a process may be reading.
    await writeFile(`${target}.${process.pid}`, code);
    await rename(`${target}.${process.pid}`, target);
  }
  return join('dist', FOLDER, 'inside/main.js');
}
