import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Declaration } from '../../../src/platform/ownership/declaration.js';
import { readDeclarations } from '../../../src/platform/ownership/load-declarations.js';

const HERE = dirname(fileURLToPath(import.meta.url));
const PLATFORM = join(HERE, '../../../src');

/** The platform with the modules that only its tests know. */
export function probeDeclarations(): Declaration[] {
  const platform = readDeclarations(PLATFORM).declarations.filter(({ module }) => module === 'platform');
  return [...platform, ...readDeclarations(HERE).declarations];
}

export function declarationOf(module: string): Declaration {
  const found = probeDeclarations().find((declaration) => declaration.module === module);
  if (!found) throw new Error(`There is no declaration of ${module}.`);
  return found;
}
