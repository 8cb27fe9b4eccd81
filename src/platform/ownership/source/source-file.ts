import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** Which rules hold for a file follows from where it lies. */
export type Area = 'module' | 'contract' | 'platform' | 'entry' | 'migration';

export interface SourceFile {
  /** Below the project's root, with forward slashes. */
  path: string;
  area: Area;
  /** The folder under `modules`, `contracts` or `migrations`; empty for a file that lies beside these folders. */
  folder: string;
  ast: ts.SourceFile;
  lines: number;
}

const placeOf = (path: string): Pick<SourceFile, 'area' | 'folder'> => {
  const [, area, folder = ''] = /^src\/(modules|contracts|platform)\/(?:([^/]+)\/)?/.exec(path) ?? [];
  if (area === 'modules') return { area: 'module', folder };
  if (area === 'contracts') return { area: 'contract', folder };
  if (area === 'platform') return { area: 'platform', folder };
  const migration = /^migrations\/(?:([^/]+)\/)?/.exec(path);
  return migration ? { area: 'migration', folder: migration[1] ?? '' } : { area: 'entry', folder: '' };
};

/** Every TypeScript file of the application and its migrations, parsed. Tests are not among them. */
export const readSourceFiles = (projectRoot: string): SourceFile[] =>
  ['src', 'migrations'].flatMap((top) => {
    if (!existsSync(join(projectRoot, top))) return [];
    return readdirSync(join(projectRoot, top), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
      .map((name) => `${top}/${name.replaceAll('\\', '/')}`)
      .sort()
      .map((path) => {
        const text = readFileSync(join(projectRoot, path), 'utf8');
        const ast = ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true);
        return { path, ...placeOf(path), ast, lines: text.split('\n').length - (text.endsWith('\n') ? 1 : 0) };
      });
  });

/** `path:line`, as editors and terminals understand it. */
export const placeIn = ({ path, ast }: SourceFile, node: ts.Node): string =>
  `${path}:${ast.getLineAndCharacterOfPosition(node.getStart(ast)).line + 1}`;

/** Every node of a file, parents before children. */
export function* nodesOf(node: ts.Node): Generator<ts.Node> {
  yield node;
  const children: ts.Node[] = [];
  ts.forEachChild(node, (child) => {
    children.push(child);
  });
  for (const child of children) yield* nodesOf(child);
}
