import type { Declaration } from '../declaration.js';
import type { Violation } from '../violation.js';
import { keyIn } from '../where.js';

/** Consumed events and the projections and reactions that handle them belong together. */
const checkOne = (declaration: Declaration): Violation[] => {
  const projections = Object.keys(declaration.projections);
  const reactions = Object.keys(declaration.reactions);
  const events = Object.entries(declaration.consumed_events);
  const fed = new Set(events.flatMap(([, { by }]) => by));
  const parts = [
    ...projections.map((name) => ['projections', name] as const),
    ...reactions.map((name) => ['reactions', name] as const),
  ];
  return [
    ...events.flatMap(([event, { by }]): Violation[] => {
      const unknown = by.filter((name) => !projections.includes(name) && !reactions.includes(name));
      const where = keyIn(declaration, 'consumed_events', event, 'by');
      if (by.length === 0)
        return [
          {
            rule: 'unknown-handler',
            where,
            why: 'is empty',
            mend: 'Name what handles the event, or do not consume it.',
          },
        ];
      return unknown.map((name) => ({
        rule: 'unknown-handler',
        where,
        why: `names ${name}, which is neither a projection nor a reaction here`,
        mend: `Declare ${name} under projections or reactions.`,
      }));
    }),
    ...parts
      .filter(([, name]) => !fed.has(name))
      .map(([part, name]): Violation => ({
        rule: 'idle-handler',
        where: keyIn(declaration, part, name),
        why: 'is fed by no event',
        mend: 'Name it under `by` of the events that it handles, or remove it.',
      })),
    ...reactions
      .filter((name) => projections.includes(name))
      .map((name): Violation => ({
        rule: 'handler-named-once',
        where: keyIn(declaration, 'reactions', name),
        why: 'has the name of a projection',
        mend: `Name it for its event: ${declaration.module}.${name} is one consumer with one offset.`,
      })),
  ];
};

export const checkHandlers = (declarations: readonly Declaration[]): Violation[] => declarations.flatMap(checkOne);
