import type { Declaration } from '../declaration.js';
import { PLATFORM_TABLES } from '../declaration.js';
import type { Rule, Violation } from '../violation.js';
import { keyIn } from '../where.js';

interface Claim {
  /** What is claimed, in the form in which claims are compared. */
  what: string;
  declaration: Declaration;
  path: string[];
}

/** Facts are free text: case, spaces, hyphens and underscores make no difference. */
export const sameWords = (text: string): string =>
  text
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/g, ' ');

const tableClaims = (declaration: Declaration): Claim[] =>
  (['aggregates', 'projections'] as const).flatMap((part) =>
    Object.entries<{ tables: string[] }>(declaration[part]).flatMap(([name, { tables }]) =>
      tables.map((what) => ({ what, declaration, path: [part, name, 'tables'] })),
    ),
  );

const factClaims = (declaration: Declaration): Claim[] =>
  Object.entries(declaration.aggregates).flatMap(([name, { facts }]) =>
    facts.map((fact) => ({ what: sameWords(fact), declaration, path: ['aggregates', name, 'facts'] })),
  );

/** Every claim of something that an earlier claim has already taken. */
const claimedTwice = (claims: readonly Claim[], rule: Rule, kind: string, mend: string): Violation[] =>
  claims.flatMap((claim, index): Violation[] => {
    const first = claims.slice(0, index).find(({ what }) => what === claim.what);
    if (!first) return [];
    const why = `claims the ${kind} "${claim.what}", which ${keyIn(first.declaration, ...first.path)} owns`;
    return [{ rule, where: keyIn(claim.declaration, ...claim.path), why, mend }];
  });

const identities = (declarations: readonly Declaration[]): Violation[] => {
  const claims = (path: string[], name: (declaration: Declaration) => string): Claim[] =>
    declarations.map((declaration) => ({ what: name(declaration), declaration, path }));
  const mend = 'Give it a name of its own.';
  return [
    ...claimedTwice(
      claims(['module'], ({ module }) => module),
      'unique-module',
      'module name',
      mend,
    ),
    ...claimedTwice(
      claims(['database', 'schema'], ({ database }) => database.schema),
      'unique-module',
      'schema',
      mend,
    ),
    ...claimedTwice(
      claims(['database', 'role'], ({ database }) => database.role),
      'unique-module',
      'role',
      mend,
    ),
  ];
};

const tablesOfThePlatform = (claims: readonly Claim[]): Violation[] =>
  claims
    .filter(({ what }) => PLATFORM_TABLES.some((table) => table === what))
    .map(({ what, declaration, path }) => ({
      rule: 'platform-table',
      where: keyIn(declaration, ...path),
      why: `declares ${what}, which the platform keeps in every schema`,
      mend: 'Leave it out: it is made and granted without a declaration.',
    }));

const aggregateRules = (declaration: Declaration, modules: readonly string[]): Violation[] =>
  Object.entries(declaration.aggregates).flatMap(([name, { tables, append_only = [], commanded_by = [] }]) => [
    ...append_only
      .filter((table) => !tables.includes(table))
      .map((table): Violation => ({
        rule: 'append-only-table',
        where: keyIn(declaration, 'aggregates', name, 'append_only'),
        why: `names ${table}, which is not among the aggregate's tables`,
        mend: 'Name it under tables too.',
      })),
    ...commanded_by
      .filter((module) => !modules.includes(module))
      .map((module): Violation => ({
        rule: 'unknown-commander',
        where: keyIn(declaration, 'aggregates', name, 'commanded_by'),
        why: `names ${module}, and there is no such module`,
        mend: 'Name a module that exists.',
      })),
  ]);

/** Modules, schemas, roles, tables and facts each have one owner. */
export const checkOwners = (declarations: readonly Declaration[]): Violation[] => {
  const tables = declarations.flatMap(tableClaims);
  const facts = declarations.flatMap(factClaims);
  const modules = declarations.map(({ module }) => module);
  const mend = 'Leave it to its owner, and hold a declared copy if you need one.';
  return [
    ...identities(declarations),
    ...claimedTwice(tables, 'table-owned-once', 'table', mend),
    ...tablesOfThePlatform(tables),
    ...claimedTwice(facts, 'fact-owned-once', 'fact', mend),
    ...declarations.flatMap((declaration) => aggregateRules(declaration, modules)),
  ];
};
