import { basename, dirname, join } from 'node:path/posix';
import ts from 'typescript';
import { consumersOf, type Declaration } from './declaration.js';
import type { SourceFile } from './source/source-file.js';
import { nodesOf, placeIn } from './source/source-file.js';
import type { Violation } from './violation.js';
import { keyIn } from './where.js';

const kebabCase = (name: string): string => name.replace(/(?<=[a-z0-9])[A-Z]/g, '-$&').toLowerCase();
const camelCase = (name: string): string =>
  name.replace(/_([a-z0-9])/g, (_all, letter: string) => letter.toUpperCase());

export const eventContractPath = (module: string, event: string, version: number): string =>
  `src/contracts/${module}/${kebabCase(event)}.v${version}.ts`;
export const requestContractPath = (module: string, request: string): string =>
  `src/contracts/${module}/${kebabCase(request)}.ts`;

const exportsClass = (file: SourceFile | undefined, name: string): boolean =>
  file?.ast.statements.some(
    (statement) =>
      ts.isClassDeclaration(statement) &&
      statement.name?.text === name &&
      statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true,
  ) === true;

/** A request event's contract may belong to the owner who is asked, when several modules publish it. */
const eventPaths = (declaration: Declaration, event: string, all: readonly Declaration[]): string[] => {
  const { version = 1 } = declaration.published_events[event] ?? {};
  const asked = event.endsWith('Requested') ? consumersOf(declaration, event, all) : [];
  const owners = [declaration.module, ...asked];
  return owners.map((owner) => eventContractPath(owner, event, version));
};

const missing = (
  declaration: Declaration,
  files: ReadonlyMap<string, SourceFile>,
  all: readonly Declaration[],
): Violation[] => {
  const expected: [string, string, string[]][] = [
    ...Object.keys(declaration.published_events).map((event): [string, string, string[]] => [
      'published_events',
      event,
      eventPaths(declaration, event, all),
    ]),
    ...(['exposed_queries', 'exposed_commands'] as const).flatMap((key) =>
      declaration[key].map((name): [string, string, string[]] => [
        key,
        name,
        [requestContractPath(declaration.module, name)],
      ]),
    ),
  ];
  return expected
    .filter(([, name, paths]) => !paths.some((path) => exportsClass(files.get(path), name)))
    .map(([key, name, [path = '']]) => ({
      rule: 'missing-contract',
      where: keyIn(declaration, key, name),
      why: 'has no contract that others could read',
      mend: `Export the class ${name} from ${path}.`,
    }));
};

const VERSIONED = /\.v\d+\.ts$/;

const undeclared = (files: readonly SourceFile[], declarations: readonly Declaration[]): Violation[] => {
  const published = declarations.flatMap((declaration) =>
    Object.keys(declaration.published_events).flatMap((event) => eventPaths(declaration, event, declarations)),
  );
  const withoutVersion = new Set(published.map((path) => path.replace(VERSIONED, '')));
  return files
    .filter(({ path }) => VERSIONED.test(path) && !withoutVersion.has(path.replace(VERSIONED, '')))
    .map(({ path }) => ({
      rule: 'undeclared-contract',
      where: path,
      why: `is the contract of an event that ${basename(dirname(path))} does not publish`,
      mend: 'Declare it under published_events, or remove it.',
    }));
};

/** A contract and the shared types it is made of. */
const withImports = (
  file: SourceFile,
  files: ReadonlyMap<string, SourceFile>,
  seen = new Set<SourceFile>(),
): Set<SourceFile> => {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const { moduleSpecifier } of file.ast.statements.filter(ts.isImportDeclaration)) {
    const target = join(dirname(file.path), (moduleSpecifier as ts.StringLiteral).text.replace(/\.js$/, '.ts'));
    const imported = files.get(target);
    if (imported) withImports(imported, files, seen);
  }
  return seen;
};

const sensitiveFieldsOf = ({ aggregates, projections }: Declaration): Set<string> =>
  new Set(
    [...Object.values(aggregates), ...Object.values(projections)]
      .flatMap((each) => each.sensitive_fields ?? [])
      .map(camelCase),
  );

/** However it is written: as `reasoning`, `'reasoning'` or `['reasoning']`. */
const fieldNamed = (name: ts.PropertyName, { ast }: SourceFile): string => {
  const said = ts.isComputedPropertyName(name) ? name.expression : name;
  return ts.isStringLiteralLike(said) ? said.text : said.getText(ast);
};

/** Questions may be answered with what is sensitive; what an event carries lies in the log for ever. */
const sensitive = (
  declaration: Declaration,
  files: ReadonlyMap<string, SourceFile>,
  all: readonly Declaration[],
): Violation[] => {
  const fields = sensitiveFieldsOf(declaration);
  const contracts = Object.keys(declaration.published_events)
    .flatMap((event) => eventPaths(declaration, event, all))
    .flatMap((path) => files.get(path) ?? []);
  const read = new Set(contracts.flatMap((contract) => [...withImports(contract, files)]));
  return [...read].flatMap((file) =>
    [...nodesOf(file.ast)]
      .filter((node) => ts.isPropertyDeclaration(node) || ts.isPropertySignature(node))
      .map((property) => ({ property, name: fieldNamed(property.name, file) }))
      .filter(({ name }) => fields.has(camelCase(name)))
      .map(({ property, name }) => ({
        rule: 'sensitive-field-in-event',
        where: placeIn(file, property),
        why: `carries ${name}, which ${declaration.module} declares sensitive`,
        mend: 'Carry the id and version, and let those who may see it ask the owner.',
      })),
  );
};

/** Every event, question and command has its contract where others look for it, and no event carries what is sensitive. */
export const checkContracts = (files: readonly SourceFile[], declarations: readonly Declaration[]): Violation[] => {
  const contracts = files.filter(({ area }) => area === 'contract');
  const byPath = new Map(contracts.map((file) => [file.path, file]));
  return [
    ...undeclared(contracts, declarations),
    ...declarations.flatMap((declaration) => [
      ...missing(declaration, byPath, declarations),
      ...sensitive(declaration, byPath, declarations),
    ]),
  ];
};
