import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { transform } from '@swc/core';
import jest from '../../../jest.config.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const SOURCE = pathToFileURL(`${ROOT}src/`).href;
const BUILT = pathToFileURL(`${ROOT}dist/src/`).href;
const [, options] = jest.transform['^.+\\.ts$'];

/** What is ours under `src` is what was built, so that a test's code meets the very classes of the application. */
export function resolve(specifier, context, next) {
  if (!specifier.startsWith('.') || !context.parentURL?.startsWith('file:')) return next(specifier, context);
  const wanted = new URL(specifier, context.parentURL).href;
  if (wanted.startsWith(SOURCE)) return next(wanted.replace(SOURCE, BUILT), context);
  const typed = wanted.replace(/\.js$/, '.ts');
  return next(existsSync(fileURLToPath(typed)) ? typed : wanted, context);
}

export async function load(url, context, next) {
  if (!url.startsWith('file:') || !url.endsWith('.ts')) return next(url, context);
  const filename = fileURLToPath(url);
  const { code } = await transform(await readFile(filename, 'utf8'), { ...options, filename });
  return { format: 'module', source: code, shortCircuit: true };
}
