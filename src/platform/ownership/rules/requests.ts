import { askersOf, type Declaration } from '../declaration.js';
import { forbiddenChains, spelled } from '../question-chains.js';
import type { Violation } from '../violation.js';
import { keyIn } from '../where.js';

/** Every question has an owner who answers it, every command one who carries it out. */
export const checkRequests = (declarations: readonly Declaration[]): Violation[] => {
  const named = (name: string): Declaration | undefined => declarations.find(({ module }) => module === name);
  return [
    ...declarations.flatMap((declaration) => [
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
      ...unknownAskers(declaration),
    ]),
    ...chains(declarations),
  ];
};

const unknownAskers = (declaration: Declaration): Violation[] => {
  const known = askersOf(declaration);
  return (['asks', 'tells'] as const).flatMap((key) =>
    Object.entries<{ by: string[] }>(declaration[key]).flatMap(([contract, { by }]) =>
      by
        .filter((name) => !known.includes(name))
        .map((name): Violation => ({
          rule: 'unknown-asker',
          where: keyIn(declaration, key, contract, 'by'),
          why: `names ${name}, which is no question, command, reaction or job here`,
          mend: 'Name what the module declares; use cases that are called over HTTP are not listed.',
        })),
    ),
  );
};

const chains = (declarations: readonly Declaration[]): Violation[] =>
  forbiddenChains(declarations).flatMap((chain): Violation[] => {
    const { rule, last } = chain;
    const declaration = declarations.find(({ module }) => module === last.module);
    if (!declaration) return [];
    const isCircle = rule === 'circle-of-questions';
    return [
      {
        rule,
        where: keyIn(declaration, last.key, last.contract, 'by'),
        why: isCircle ? `closes a circle: ${spelled(chain)}` : `makes a chain of more than three: ${spelled(chain)}`,
        mend: 'Let one of them answer from what it has: keep a copy by events, or be given the fact by whoever asks.',
      },
    ];
  });
