import { join } from 'node:path';
import { checkContracts } from './check-contracts.js';
import { checkDeclarations } from './check-declarations.js';
import { checkFolders, checkLengths } from './check-files.js';
import { checkMigrations } from './check-migrations.js';
import { checkSource } from './check-source.js';
import { checkFingerprints } from './fingerprints.js';
import { checkDocuments } from './generate.js';
import { readDeclarations } from './load-declarations.js';
import { checkDomainWords } from './source/domain-words.js';
import { checkEntityStatuses } from './source/entity-statuses.js';
import { checkTransitionsInCode } from './source/transitions.js';
import { readSourceFiles } from './source/source-file.js';
import type { Violation } from './violation.js';

export interface OwnershipReport {
  violations: Violation[];
  /** How much was read: a check of nothing must not look like one that found nothing. */
  read: { declarations: number; sourceFiles: number; sqlStatements: number };
}

const nothingRead = (what: string, where: string): Violation => ({
  rule: 'nothing-read',
  where,
  why: `holds no ${what}`,
  mend: 'Run this in the root of the project.',
});

/**
 * Checks a source tree: declarations against each other, against code, SQL, contracts and migrations, and generated
 * documents against declarations. Needs neither a database nor a git checkout. While a declaration cannot be read,
 * only what needs no declaration is checked besides.
 */
export const checkOwnership = async (projectRoot: string): Promise<OwnershipReport> => {
  const { declarations, problems } = readDeclarations(join(projectRoot, 'src'));
  const files = readSourceFiles(projectRoot);
  const { violations, statements } = await checkSource(files, declarations);
  const modules = declarations.filter(({ module }) => module !== 'platform').length;
  const read = { declarations: declarations.length, sourceFiles: files.length, sqlStatements: statements.length };
  const always = [...problems, ...checkLengths(files), ...violations];
  if (problems.length > 0) return { violations: always, read };
  return {
    violations: [
      ...(modules === 0 ? [nothingRead('module with a declaration', 'src/modules')] : []),
      ...(files.length === 0 ? [nothingRead('source file', 'src')] : []),
      ...always,
      ...checkDeclarations(declarations),
      ...checkFolders(files, declarations),
      ...checkDomainWords(projectRoot, files),
      ...checkMigrations(statements, declarations),
      ...checkContracts(files, declarations),
      ...checkEntityStatuses(files, declarations),
      ...checkTransitionsInCode(files, declarations),
      ...checkDocuments(projectRoot, declarations),
      ...checkFingerprints(projectRoot, declarations, files, statements),
    ],
    read,
  };
};
