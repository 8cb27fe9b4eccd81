import type { CopyDeclaration, Declaration } from './declaration.js';
import { PLATFORM_TABLES } from './declaration.js';
import { sameWords } from './rules/owners.js';

/** A column of a table, as the migrations of a module create it. */
export interface Column {
  module: string;
  table: string;
  column: string;
}

export interface Explanation {
  kind: 'fact' | 'aggregate' | 'table' | 'column' | 'event' | 'question' | 'command';
  name: string;
  owner: string;
  mayWrite: string;
  /** Who holds copies, and of which kind; for an event who consumes it, for a question who asks. */
  copies: string[];
}

const words = (term: string): string => sameWords(term.replace(/(?<=[a-z0-9])[A-Z]/g, '_$&'));

const describe = (holder: string, name: string, { pattern, kept_by = [], frozen_at }: CopyDeclaration): string => {
  const how = {
    ask: 'asked now',
    projection: `kept by ${kept_by.join(', ')}`,
    snapshot: `frozen at ${frozen_at ?? ''}`,
  };
  return `${holder}.${name} (${pattern}, ${how[pattern]})`;
};

const copiesOf = (declarations: readonly Declaration[], owner: string, names: readonly string[]): string[] => {
  const sought = names.map((name) => `${owner}.${words(name)}`);
  return declarations.flatMap(({ module, copies_held }) =>
    Object.entries(copies_held)
      .filter(([, { of }]) => sought.includes(`${of.split('.')[0] ?? ''}.${words(of.split('.').slice(1).join('.'))}`))
      .map(([name, copy]) => describe(module, name, copy)),
  );
};

const inAggregates = (
  declarations: readonly Declaration[],
  sought: string,
  columns: readonly Column[],
): Explanation[] =>
  declarations.flatMap(({ module, database, aggregates }) =>
    Object.entries(aggregates).flatMap(([aggregate, { tables, facts, created_by, mutated_by, append_only = [] }]) => {
      const writers = [...created_by, ...mutated_by].join(', ') || 'the platform’s own mechanisms';
      const explain = (kind: Explanation['kind'], name: string, note = ''): Explanation => ({
        kind,
        name,
        owner: module,
        mayWrite: `${database.role} alone, by ${writers}${note}`,
        copies: copiesOf(declarations, module, [name, aggregate, ...(kind === 'fact' ? [] : facts), ...tables]),
      });
      const note = (table: string): string => (append_only.includes(table) ? '; rows are added, never changed' : '');
      return [
        ...facts.filter((fact) => words(fact) === sought).map((fact) => explain('fact', fact)),
        ...(words(aggregate) === sought ? [explain('aggregate', aggregate)] : []),
        ...tables.filter((table) => words(table) === sought).map((table) => explain('table', table, note(table))),
        ...columns
          .filter((each) => each.module === module && tables.includes(each.table) && words(each.column) === sought)
          .map(({ table, column }) => explain('column', `${table}.${column}`, note(table))),
      ];
    }),
  );

const inProjections = (
  declarations: readonly Declaration[],
  sought: string,
  columns: readonly Column[],
): Explanation[] =>
  declarations.flatMap(({ module, projections, consumed_events }) =>
    Object.entries(projections).flatMap(([projection, { tables }]) => {
      const events = Object.entries(consumed_events).filter(([, { by }]) => by.includes(projection));
      const explain = (kind: Explanation['kind'], name: string): Explanation => ({
        kind,
        name,
        owner: module,
        mayWrite: `the projection ${module}.${projection} alone, from ${events.map(([event]) => event).join(', ')}`,
        copies: ['is itself a copy; the facts belong to the publishers of these events'],
      });
      return [
        ...tables.filter((table) => words(table) === sought).map((table) => explain('table', table)),
        ...columns
          .filter((each) => each.module === module && tables.includes(each.table) && words(each.column) === sought)
          .map(({ table, column }) => explain('column', `${table}.${column}`)),
      ];
    }),
  );

const inMessages = (declarations: readonly Declaration[], sought: string): Explanation[] =>
  declarations.flatMap(({ module, published_events, exposed_queries, exposed_commands }) => [
    ...Object.entries(published_events)
      .filter(([event]) => words(event) === sought)
      .map(([event, { version, classification }]): Explanation => ({
        kind: 'event',
        name: `${event} version ${version}, ${classification}`,
        owner: module,
        mayWrite: `${module} alone publishes it`,
        copies: declarations
          .filter(({ consumed_events }) => consumed_events[event]?.from === module)
          .map(
            (consumer) =>
              `${consumer.module} consumes it, by ${(consumer.consumed_events[event]?.by ?? []).join(', ')}`,
          ),
      })),
    ...exposed_queries
      .filter((question) => words(question) === sought)
      .map((question): Explanation => ({
        kind: 'question',
        name: question,
        owner: module,
        mayWrite: `${module} alone answers it`,
        copies: declarations.filter(({ asks }) => question in asks).map((asker) => `${asker.module} asks it`),
      })),
    ...exposed_commands
      .filter((command) => words(command) === sought)
      .map((command): Explanation => ({
        kind: 'command',
        name: command,
        owner: module,
        mayWrite: `${module} alone carries it out`,
        copies: declarations.filter(({ tells }) => command in tells).map((teller) => `${teller.module} tells it`),
      })),
  ]);

const ofThePlatform = (sought: string): Explanation[] =>
  PLATFORM_TABLES.filter((table) => words(table) === sought).map((table) => ({
    kind: 'table',
    name: table,
    owner: 'platform, in every module’s schema',
    mayWrite: 'the platform, in the module’s own transaction',
    copies: [],
  }));

/**
 * Who owns a fact, table, event, column, question or command; who may write it; who holds copies and of which kind.
 * Case, spaces, hyphens and underscores in the term make no difference.
 * @param columns as the migrations create them; without them no column is found.
 */
export const explain = (
  declarations: readonly Declaration[],
  term: string,
  columns: readonly Column[] = [],
): Explanation[] => {
  const sought = words(term);
  return [
    ...inAggregates(declarations, sought, columns),
    ...inProjections(declarations, sought, columns),
    ...inMessages(declarations, sought),
    ...ofThePlatform(sought),
  ];
};
