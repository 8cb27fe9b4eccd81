import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Declaration } from '../../../src/platform/ownership/declaration.js';
import { readDeclarations } from '../../../src/platform/ownership/load-declarations.js';

const HERE = dirname(fileURLToPath(import.meta.url));
const PLATFORM = join(HERE, '../../../src');

const DECLARED = [PLATFORM, HERE]
  .flatMap((root) => readDeclarations(root).declarations)
  .filter(({ module }) => ['platform', 'probe', 'mirror'].includes(module));

/** The platform with the modules that only its tests know. */
export const probeDeclarations = (): Declaration[] => structuredClone(DECLARED);

export function declarationOf(module: string): Declaration {
  const found = DECLARED.find((declaration) => declaration.module === module);
  if (!found) throw new Error(`There is no declaration of ${module}.`);
  return found;
}
