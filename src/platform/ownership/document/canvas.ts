import { consumersOf, type Declaration } from '../declaration.js';
import { code, names, words } from './markdown.js';

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length > 0 ? [`**${title}**`, lines.map((line) => `- ${line}`).join('\n')] : [];

const entries = <T>(map: Record<string, T>, line: (name: string, value: T) => string): string[] =>
  Object.entries(map).map(([name, value]) => line(name, value));

/** Use cases over HTTP are not named. */
const byHandlers = (by: readonly string[]): string => (by.length > 0 ? `, also by ${names(by)}` : '');

/** All that a module says of itself, for a reader who has to work with it. */
export const canvas = (declaration: Declaration, all: readonly Declaration[]): string => {
  const { module, team, database } = declaration;
  return [
    `### ${module}`,
    `Team ${team}, schema ${code(database.schema)}, role ${code(database.role)}.`,
    ...section(
      'Owns',
      entries(declaration.aggregates, (name, { facts, tables, append_only = [], sensitive_fields = [] }) =>
        [
          `${code(name)}: ${words(facts)}; tables ${names(tables)}`,
          ...(append_only.length > 0 ? [`append-only ${names(append_only)}`] : []),
          ...(sensitive_fields.length > 0 ? [`sensitive ${names(sensitive_fields)}`] : []),
        ].join('; '),
      ),
    ),
    ...section(
      'Publishes',
      entries(
        declaration.published_events,
        (name, { version, classification }) =>
          `${code(name)} version ${version}, ${classification}, for ${words(consumersOf(declaration, name, all))}`,
      ),
    ),
    ...section(
      'Consumes',
      entries(
        declaration.consumed_events,
        (name, { from, version, by }) => `${code(name)} version ${version} from ${from}, by ${names(by)}`,
      ),
    ),
    ...section('Answers', declaration.exposed_queries.map(code)),
    ...section('Carries out', declaration.exposed_commands.map(code)),
    ...section(
      'Asks',
      entries(
        declaration.asks,
        (name, { of, deadline_ms, by }) => `${code(name)} of ${of}, within ${deadline_ms} ms${byHandlers(by)}`,
      ),
    ),
    ...section(
      'Tells',
      entries(
        declaration.tells,
        (name, { to, deadline_ms, by }) => `${code(name)} to ${to}, within ${deadline_ms} ms${byHandlers(by)}`,
      ),
    ),
    ...section(
      'Projections',
      entries(
        declaration.projections,
        (name, { freshness_seconds, tables }) =>
          `${code(`${module}.${name}`)} fresh within ${freshness_seconds} s; tables ${names(tables)}`,
      ),
    ),
    ...section(
      'Reactions',
      entries(
        declaration.reactions,
        (name, { facts, starts }) =>
          `${code(`${module}.${name}`)}: ${words(facts)}; starts at ${starts === 'beginning' ? 'the beginning' : 'its deployment'}`,
      ),
    ),
    ...section(
      'Jobs',
      entries(declaration.jobs, (name, { attempts, every_seconds }) =>
        [
          `${code(`${module}.${name}`)}: up to ${attempts} tries`,
          ...(every_seconds === undefined ? [] : [`every ${every_seconds} s`]),
        ].join(', '),
      ),
    ),
    ...section(
      'Timers',
      entries(declaration.timers, (name, { attempts }) => `${code(`${module}.${name}`)}: up to ${attempts} tries`),
    ),
    ...section(
      'Reconciliations',
      entries(
        declaration.reconciliations,
        (name, { within_seconds, repair }) => `${code(name)} within ${within_seconds} s; repair: ${repair}`,
      ),
    ),
  ].join('\n\n');
};
