import { statSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import ts from 'typescript';
import type { JsonSchema } from '../class-rules.js';
import { fieldComments, type FieldComments } from './field-comments.js';
import { ReachedCode, type ListedRefusal } from './reached-code.js';
import { TypeSchemas } from './type-schemas.js';

/** What the code of one route says of what it answers. */
export interface DescribedAnswer {
  /** Of the JSON that it answers; none of what is no JSON. */
  schema?: JsonSchema;
  /** By status, what it answers without a command being carried out, such as a preview. */
  ready?: Record<string, JsonSchema>;
  /** It carries the version of one aggregate, which is its ETag. */
  isVersioned: boolean;
  /** It is a page of a list. */
  isPaged: boolean;
  /** The first sentence of its comment. */
  summary?: string;
  /** The rest of it. */
  description?: string;
  /** With which it may refuse, as far as its own code does: not those of whom it passes before. */
  refusals: readonly ListedRefusal[];
}

export interface DescribedAnswers {
  /** By controller and method, such as `CaseController.read`. */
  operations: Record<string, DescribedAnswer>;
  schemas: Record<string, JsonSchema>;
  /** Of what routes take and answer. */
  comments: FieldComments;
}

const VERSION = 'Of the aggregate; the ETag says the same.';

const EVENT = {
  publishedEventId: { type: 'string', description: 'The event that tells of it.' },
  projectionHint: { $ref: '#/components/schemas/ProjectionHint' },
};

const ROUTES = new Set(['Get', 'Post', 'Put', 'Patch', 'Delete']);

const projectOf = (root: string): ts.ParsedCommandLine => {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (file) => ts.sys.readFile(file)) as {
    config: object;
  };
  return ts.parseJsonConfigFileContent(config, ts.sys, root);
};

/** When the code was last changed. Unit: milliseconds since 1970. */
export const newestSource = (root: string): number =>
  Math.max(...projectOf(root).fileNames.map((file) => statSync(file).mtimeMs));

/**
 * Reads the controllers of a source tree with the compiler that checks them.
 * @throws Error when the tree has no route: a description of nothing must not pass for one
 */
export function readAnswers(root: string): DescribedAnswers {
  const { fileNames, options } = projectOf(root);
  const program = ts.createProgram(fileNames, { ...options, noEmit: true, incremental: false });
  const checker = program.getTypeChecker();
  const schemas = new TypeSchemas(checker);
  const reached = new ReachedCode(checker, schemas);
  const operations: Record<string, DescribedAnswer> = {};
  for (const file of program.getSourceFiles())
    if (file.fileName.endsWith('.controller.ts') && !file.fileName.includes('/node_modules/'))
      for (const [name, method] of routesIn(file)) {
        const { refusals, drafts, ready } = reached.from(method);
        const schema = answerOf(method, drafts, checker, schemas);
        operations[name] = {
          ...(schema && { schema }),
          isVersioned: false,
          isPaged: false,
          ...readyOf(ready, schemas),
          ...commentOf(method),
          refusals,
        };
      }
  for (const operation of Object.values(operations)) {
    const properties = propertiesOf(operation.schema, schemas.schemas);
    operation.isVersioned = /^(number|integer)$/.test(String(properties.version?.type));
    operation.isPaged = 'nextCursor' in properties;
  }
  if (Object.keys(operations).length === 0) throw new Error(`There is no route in ${root}.`);
  return { operations, schemas: { ...schemas.schemas }, comments: fieldComments(program) };
}

/** Of an object, or of any of those that it may be. */
function propertiesOf(
  schema: JsonSchema | undefined,
  named: Readonly<Record<string, JsonSchema>>,
): Record<string, JsonSchema | undefined> {
  const name = typeof schema?.$ref === 'string' ? schema.$ref.split('/').at(-1) : undefined;
  const { properties = {}, anyOf = [] } = (name === undefined ? schema : named[name]) ?? {};
  return Object.assign({}, properties, ...(anyOf as JsonSchema[]).map((each) => propertiesOf(each, named))) as Record<
    string,
    JsonSchema | undefined
  >;
}

function routesIn(file: ts.SourceFile): [string, ts.MethodDeclaration][] {
  return file.statements.filter(ts.isClassDeclaration).flatMap(({ name, members }) =>
    members
      .filter(ts.isMethodDeclaration)
      .filter((method) => (ts.getDecorators(method) ?? []).some(isRoute))
      .map((method): [string, ts.MethodDeclaration] => [`${name?.text ?? ''}.${method.name.getText()}`, method]),
  );
}

const isRoute = ({ expression }: ts.Decorator): boolean =>
  ts.isCallExpression(expression) && ROUTES.has(expression.expression.getText());

function answerOf(
  method: ts.MethodDeclaration,
  drafts: readonly ts.Type[],
  checker: ts.TypeChecker,
  schemas: TypeSchemas,
): JsonSchema | undefined {
  const signature = checker.getSignatureFromDeclaration(method);
  const returned = signature && checker.getAwaitedType(signature.getReturnType());
  if (!returned || returned.flags & ts.TypeFlags.Void) return undefined;
  const name = returned.getSymbol()?.name;
  if (name === 'StreamableFile') return undefined;
  if (name !== 'Answer') return schemas.of(returned);
  const bodies = drafts.flatMap((draft) => commandAnswer(draft, checker, schemas));
  const distinct = bodies.filter((each, i) => bodies.findIndex((other) => isDeepStrictEqual(other, each)) === i);
  return distinct.length > 1 ? { anyOf: distinct } : distinct[0];
}

/** A draft's own fields, and what is added to them at the commit. */
function commandAnswer(draft: ts.Type, checker: ts.TypeChecker, schemas: TypeSchemas): JsonSchema[] {
  const body = draft.getProperty('body');
  if (!body) return [];
  const { properties = {}, required = [] } = schemas.of(checker.getTypeOfSymbol(body)) as {
    properties?: Record<string, JsonSchema>;
    required?: string[];
  };
  const version = draft.getProperty('of') && { version: { type: 'integer', description: VERSION } };
  const added = { ...version, ...EVENT };
  return [{ type: 'object', properties: { ...properties, ...added }, required: [...required, ...Object.keys(added)] }];
}

const readyOf = (ready: ReadonlyMap<number, ts.Type>, schemas: TypeSchemas): { ready?: Record<string, JsonSchema> } =>
  ready.size === 0
    ? {}
    : { ready: Object.fromEntries([...ready].map(([status, type]) => [String(status), schemas.of(type)])) };

function commentOf(method: ts.MethodDeclaration): { summary?: string; description?: string } {
  const [comment] = ts.getJSDocCommentsAndTags(method).filter(ts.isJSDoc);
  const text = (ts.getTextOfJSDocComment(comment?.comment) ?? '').replace(/\s+/g, ' ').trim();
  if (!text) return {};
  const [, summary = text, description] = /^(.+?[.!?])\s+(.+)$/.exec(text) ?? [];
  return { summary: summary.replace(/\.$/, ''), ...(description && { description }) };
}
