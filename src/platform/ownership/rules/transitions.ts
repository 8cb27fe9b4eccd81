import type { Declaration } from '../declaration.js';
import type { Violation } from '../violation.js';
import { keyIn } from '../where.js';

const checkOne = (declaration: Declaration): Violation[] => {
  const rows = Object.entries(declaration.transitions);
  const told = new Set(rows.flatMap(([, { by }]) => by));
  return [
    ...Object.entries(declaration.aggregates).flatMap(([name, { created_by, mutated_by }]) =>
      [...new Set([...created_by, ...mutated_by])]
        .filter((each) => !told.has(each))
        .map((each): Violation => ({
          rule: 'use-case-without-transition',
          where: keyIn(declaration, 'aggregates', name),
          why: `is changed by ${each}, which no transition names`,
          mend: `Add a transition with \`by: [${each}]\`, its invariant, its event and its audit record.`,
        })),
    ),
    ...rows.flatMap(([name, { event }]) =>
      event
        .filter((each) => !(each in declaration.published_events))
        .map((each): Violation => ({
          rule: 'transition-of-no-event',
          where: keyIn(declaration, 'transitions', name, 'event'),
          why: `names ${each}, which ${declaration.module} does not publish`,
          mend: 'Declare it under published_events, or leave it out.',
        })),
    ),
  ];
};

/** What changes an aggregate is told as a transition, and a transition tells of events of the module. */
export const checkTransitions = (declarations: readonly Declaration[]): Violation[] => declarations.flatMap(checkOne);
