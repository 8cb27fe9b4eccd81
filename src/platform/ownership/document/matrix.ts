import type { CopyDeclaration, Declaration } from '../declaration.js';
import { code, names, table, words } from './markdown.js';

/** Who owns which facts and tables, and which use cases change them. */
export const ownershipMatrix = (declarations: readonly Declaration[]): string =>
  table(
    ['Module', 'Schema', 'Role', 'Aggregate', 'Tables', 'Facts', 'Created by', 'Changed by'],
    declarations.flatMap(({ module, database, aggregates }) =>
      Object.entries(aggregates).map(([name, { tables, facts, created_by, mutated_by }]) => [
        module,
        code(database.schema),
        code(database.role),
        code(name),
        names(tables),
        words(facts),
        names(created_by),
        names(mutated_by),
      ]),
    ),
  );

const currency = ({ pattern, kept_by = [], frozen_at = '' }: CopyDeclaration): string => {
  if (pattern === 'snapshot') return `frozen at ${frozen_at}`;
  return pattern === 'ask' ? 'the owner answers now' : `kept by ${names(kept_by)}`;
};

/** Who holds a copy of what, and what keeps it true. */
export const copies = (declarations: readonly Declaration[]): string => {
  const rows = declarations.flatMap(({ module, copies_held }) =>
    Object.entries(copies_held).map(([name, copy]) => [
      module,
      code(name),
      code(copy.of),
      copy.pattern,
      currency(copy),
    ]),
  );
  return rows.length > 0 ? table(['Holder', 'Copy', 'Of', 'Pattern', 'Kept or frozen'], rows) : 'Nobody holds a copy.';
};

/** What each module changes in one unit of work, by whom, and what tells of it. */
export const changes = (declarations: readonly Declaration[]): string =>
  table(
    ['Module', 'Change', 'By', 'Invariant', 'Event', 'Audit record', 'When repeated or failed'],
    declarations.flatMap(({ module, transitions }) =>
      Object.entries(transitions).map(([name, { by, invariant, event, audit, on_repeat, on_failure }]) => [
        module,
        code(name),
        names(by),
        invariant,
        names(event),
        names(audit),
        [on_repeat && `repeated: ${on_repeat}`, on_failure && `failed: ${on_failure}`].filter(Boolean).join('; '),
      ]),
    ),
  );
