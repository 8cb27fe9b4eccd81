import type { Declaration } from '../declaration.js';
import type { Violation } from '../violation.js';
import { keyIn } from '../where.js';

/** Every question has an owner who answers it, every command one who carries it out. */
export const checkRequests = (declarations: readonly Declaration[]): Violation[] => {
  const named = (name: string): Declaration | undefined => declarations.find(({ module }) => module === name);
  return declarations.flatMap((declaration) => [
    ...Object.entries(declaration.asks)
      .filter(([question, { of }]) => !named(of)?.exposed_queries.includes(question))
      .map(([question, { of }]): Violation => ({
        rule: 'unanswered-question',
        where: keyIn(declaration, 'asks', question),
        why: `is not answered by ${of}`,
        mend: `Add it to exposed_queries of its owner, and name that owner here.`,
      })),
    ...Object.entries(declaration.tells)
      .filter(([command, { to }]) => !named(to)?.exposed_commands.includes(command))
      .map(([command, { to }]): Violation => ({
        rule: 'uncarried-command',
        where: keyIn(declaration, 'tells', command),
        why: `is not carried out by ${to}`,
        mend: `Add it to exposed_commands of its owner, and name that owner here.`,
      })),
  ]);
};
