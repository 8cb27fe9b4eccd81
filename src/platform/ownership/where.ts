import type { Declaration } from './declaration.js';

/** The file of a declaration, below the project's root. */
export const fileOf = ({ module }: Declaration): string =>
  module === 'platform' ? 'src/platform/ownership.yaml' : `src/modules/${module}/ownership.yaml`;

/** A key in a declaration, as a violation names it. */
export const keyIn = (declaration: Declaration, ...path: string[]): string =>
  `${fileOf(declaration)} ${path.join('.')}`;

/** The folder of migrations that makes a declaration's schema. */
export const migrationFolderOf = ({ module }: Declaration): string => (module === 'platform' ? 'bus' : module);
