import { bodiesIn } from './function-bodies.js';
import type { Parsed } from './read-sql.js';
import type { SqlFacts } from './sql-facts.js';
import { noFacts } from './sql-facts.js';
import { NOTES, noteFixedPath, tableOf } from './sql-notes.js';
import { isNode, listUnder, textUnder, under } from './tree.js';

const visit = (facts: SqlFacts, value: unknown): void => {
  if (Array.isArray(value)) {
    for (const each of value) visit(facts, each);
  } else if (isNode(value)) {
    if (typeof value.relname === 'string') facts.tables.push(tableOf(value));
    for (const [kind, child] of Object.entries(value)) {
      NOTES[kind]?.(facts, child);
      // A setting inside a function's definition lasts as long as the function runs.
      if (kind === 'DefElem' && textUnder(child, 'defname') === 'set')
        noteFixedPath(facts, under(child, 'arg', 'VariableSetStmt'));
      else visit(facts, child);
    }
  }
};

/** What this SQL touches, the bodies of functions in it included. */
export const readFacts = (parsed: Parsed): SqlFacts => {
  const facts = noFacts();
  visit(facts, listUnder(parsed.tree, 'stmts'));
  const bodies = bodiesIn(parsed);
  for (const tree of bodies.trees) visit(facts, listUnder(tree, 'stmts'));
  facts.schemas.push(...bodies.schemas);
  facts.dynamic.push(...bodies.dynamic);
  facts.unreadable.push(...bodies.unreadable);
  return {
    ...facts,
    tables: facts.tables.filter(({ schema, name }) => schema !== undefined || !facts.named.includes(name)),
  };
};
