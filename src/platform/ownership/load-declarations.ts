import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Document } from 'yaml';
import { LineCounter, isPair, isScalar, parseDocument, visit } from 'yaml';
import type { Declaration } from './declaration.js';
import { declarationShape } from './declaration-shape.js';
import type { Path } from './shape.js';
import type { Violation } from './violation.js';

/** Thrown once for all files: its message lists file, line, key and how to mend each. */
export class DeclarationError extends Error {
  constructor(readonly problems: readonly Violation[]) {
    const lines = problems.map(({ where, why, mend }) => `  ${where} ${why}. ${mend}`);
    super(`The ownership declarations cannot be read (${problems.length} problems):\n${lines.join('\n')}`);
  }
}

/** The line of the key at this path, or of the nearest key above it that is written down. */
const lineOf = (document: Document, lines: LineCounter, path: Path): number => {
  let offset = 0;
  visit(document, {
    Pair: (_key, pair, ancestors) => {
      const above = ancestors.filter(isPair).map(({ key }) => (isScalar(key) ? String(key.value) : ''));
      const here = isScalar(pair.key) ? [...above, String(pair.key.value)] : above;
      if (here.every((step, index) => step === path[index]) && isScalar(pair.key))
        offset = pair.key.range?.[0] ?? offset;
    },
  });
  return lines.linePos(offset).line;
};

const readOne = (root: string, folder: string, problems: Violation[]): Declaration | undefined => {
  const file = join(root, folder, 'ownership.yaml');
  const shown = [basename(root), folder, 'ownership.yaml'].join('/');
  const found = problems.length;
  const report = (where: string, why: string, mend: string) =>
    problems.push({ rule: 'declaration-shape', where, why, mend });
  if (!existsSync(file)) {
    report(shown, 'is missing', 'Declare what the module owns, or remove its folder.');
    return undefined;
  }
  const lines = new LineCounter();
  const document = parseDocument(readFileSync(file, 'utf8'), { lineCounter: lines });
  for (const error of document.errors)
    report(`${shown}:${lines.linePos(error.pos[0]).line}`, `is not YAML: ${error.message}`, 'Mend the syntax.');
  if (problems.length > found) return undefined;
  const declaration = declarationShape(document.toJS(), [], (path, why, mend) =>
    report(`${shown}:${lineOf(document, lines, path)} ${path.join('.')}`, why, mend),
  );
  if (problems.length === found && declaration.module !== basename(folder))
    report(
      `${shown}:1 module`,
      `is ${declaration.module}, but the folder is ${basename(folder)}`,
      'Name it for its folder.',
    );
  return problems.length > found ? undefined : declaration;
};

/** Every declaration under this root that can be read, the platform's first, and what is wrong with the others. */
export const readDeclarations = (root: string): { declarations: Declaration[]; problems: Violation[] } => {
  const modules = join(root, 'modules');
  const folders = existsSync(modules)
    ? readdirSync(modules, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => `modules/${name}`)
        .sort()
    : [];
  const problems: Violation[] = [];
  const declarations = ['platform', ...folders].flatMap((folder) => readOne(root, folder, problems) ?? []);
  return { declarations, problems };
};

/**
 * Every declaration under this root (`src`, or `dist/src` of a built tree), the platform's first.
 * @throws DeclarationError with everything that is wrong in any of the files.
 */
export const loadDeclarations = (root: string): Declaration[] => {
  const { declarations, problems } = readDeclarations(root);
  if (problems.length > 0) throw new DeclarationError(problems);
  return declarations;
};
