import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Command } from 'commander';
import { DeclarationError, loadDeclarations } from '../platform/ownership/load-declarations.js';
import type { Explanation } from '../platform/ownership/explain.js';
import type { OwnershipReport } from '../platform/ownership/check-ownership.js';
import type { Violation } from '../platform/ownership/violation.js';

/** There is no source tree where the command was called. */
class NoSourceTreeError extends Error {}

const MARK = 'src/platform/ownership.yaml';

/** The nearest folder upward that is a source tree of this project. */
const findRoot = (from: string): string => {
  if (existsSync(join(from, MARK))) return from;
  const above = dirname(from);
  if (above === from)
    throw new NoSourceTreeError(`Neither this folder nor one above it holds ${MARK}. Name one with --root.`);
  return findRoot(above);
};

const rootOf = ({ root }: { root?: string }): string => (root === undefined ? findRoot(process.cwd()) : resolve(root));

const say = (text: string): void => void process.stdout.write(`${text}\n`);

const describeViolation = ({ rule, where, why, mend }: Violation): string =>
  `${where}\n  ${rule}: ${why}\n  Mend: ${mend}\n`;

const describeRead = ({ violations, read }: OwnershipReport): string => {
  const amount = `${read.declarations} declarations, ${read.sourceFiles} source files and ${read.sqlStatements} SQL statements`;
  const found = violations.length === 1 ? '1 violation' : `${violations.length} violations`;
  return `${found} in ${amount}.`;
};

const describeExplanation = ({ kind, name, owner, mayWrite, copies }: Explanation): string =>
  [
    `${name} (${kind})`,
    `  Owner:     ${owner}`,
    `  May write: ${mayWrite}`,
    `  Copies:    ${copies.join('\n             ') || 'none declared'}\n`,
  ].join('\n');

// Parsers of TypeScript and SQL are loaded only when a subcommand needs them: every other command starts faster.
const check = async (options: { root?: string }): Promise<void> => {
  const { checkOwnership } = await import('../platform/ownership/check-ownership.js');
  const report = await checkOwnership(rootOf(options));
  for (const violation of report.violations) say(describeViolation(violation));
  say(describeRead(report));
  if (report.violations.length > 0) process.exitCode = 1;
};

const generate = async (options: { root?: string }): Promise<void> => {
  const { writeDocuments } = await import('../platform/ownership/generate.js');
  const root = rootOf(options);
  const declarations = loadDeclarations(join(root, 'src'));
  for (const path of writeDocuments(root, declarations)) say(`Wrote ${path}.`);
  const { writeFingerprints } = await import('../platform/ownership/fingerprints.js');
  const outcome = await writeFingerprints(root, declarations);
  if ('path' in outcome) {
    say(`Wrote ${outcome.path}.`);
    return;
  }
  for (const violation of outcome.violations) say(describeViolation(violation));
  process.exitCode = 1;
};

const explainTerm = async (term: string, options: { root?: string }): Promise<void> => {
  const { readColumns } = await import('../platform/ownership/columns.js');
  const { explain } = await import('../platform/ownership/explain.js');
  const root = rootOf(options);
  const declarations = loadDeclarations(join(root, 'src'));
  const explanations = explain(declarations, term, await readColumns(root, declarations));
  for (const explanation of explanations) say(describeExplanation(explanation));
  if (explanations.length > 0) return;
  say(`Nobody declares "${term}" as a fact, table, event, column, question or command.`);
  process.exitCode = 1;
};

/** Shows what the user can mend without a stack trace. */
const mendable =
  <Arguments extends unknown[]>(action: (...given: Arguments) => Promise<void>) =>
  async (...given: Arguments): Promise<void> => {
    try {
      await action(...given);
    } catch (error) {
      if (!(error instanceof NoSourceTreeError) && !(error instanceof DeclarationError)) throw error;
      process.stderr.write(`${error.message}\n`);
      process.exitCode = 1;
    }
  };

/** Checks and explains who owns what in a source tree. */
export const ownershipCommand = (): Command => {
  const command = new Command('ownership').description('who owns which facts, and whether the code keeps to it');
  const root = ['--root <folder>', 'the source tree; the nearest one upward unless given'] as const;
  command
    .command('check')
    .description('check declarations, code, SQL and documents')
    .option(...root)
    .action(mendable(check));
  command
    .command('generate')
    .description('write docs/ownership.md, and docs/projections.json unless a projection changed without a new version')
    .option(...root)
    .action(mendable(generate));
  command
    .command('explain <term>')
    .description('tell who owns a fact, table, event or column')
    .option(...root)
    .action(mendable(explainTerm));
  return command;
};
