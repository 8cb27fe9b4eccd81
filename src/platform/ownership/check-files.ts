import { EVERY_MODULE } from './check-source.js';
import type { Declaration } from './declaration.js';
import type { SourceFile } from './source/source-file.js';
import type { Violation } from './violation.js';
import { migrationFolderOf } from './where.js';

const LONGEST = 300;
const SHARED_CONTRACTS = 'shared';

/** No file of the application is long, so that each can be read at a sitting. */
export const checkLengths = (files: readonly SourceFile[]): Violation[] =>
  files
    .filter(({ lines, area }) => lines > LONGEST && area !== 'migration')
    .map(({ path, lines }) => ({
      rule: 'long-file',
      where: path,
      why: `has ${lines} lines`,
      mend: `Split it by what changes together; ${LONGEST} lines are the most.`,
    }));

/** Every module, contract and migration lies in the folder of somebody who has declared what is theirs. */
export const checkFolders = (files: readonly SourceFile[], declarations: readonly Declaration[]): Violation[] => {
  const modules = declarations.map(({ module }) => module);
  const known = {
    module: modules,
    contract: [...modules, SHARED_CONTRACTS],
    migration: [...declarations.map(migrationFolderOf), EVERY_MODULE],
  };
  return files
    .filter(({ area, folder }) => area in known && !known[area as keyof typeof known].includes(folder))
    .map(({ path }) => ({
      rule: 'unowned-file',
      where: path,
      why: 'lies in no folder of a declared module',
      mend: 'Move it to the module that owns it.',
    }));
};
