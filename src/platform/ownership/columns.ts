import { checkSource } from './check-source.js';
import type { Declaration } from './declaration.js';
import type { Column } from './explain.js';
import { readSourceFiles } from './source/source-file.js';
import { migrationFolderOf } from './where.js';

/** The columns that migrations create, whoever's they are. */
export const readColumns = async (projectRoot: string, declarations: readonly Declaration[]): Promise<Column[]> => {
  const files = readSourceFiles(projectRoot).filter(({ area }) => area === 'migration');
  const { statements } = await checkSource(files, declarations);
  return statements.flatMap(({ file, facts }) => {
    const owner = declarations.find((declaration) => migrationFolderOf(declaration) === file.folder);
    return [...facts.created, ...facts.altered].flatMap(({ name, columns }) =>
      columns.map((column) => ({ module: owner?.module ?? file.folder, table: name, column })),
    );
  });
};
