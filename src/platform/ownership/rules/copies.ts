import type { CopyDeclaration, Declaration } from '../declaration.js';
import { tablesOf } from '../declaration.js';
import type { Violation } from '../violation.js';
import { keyIn } from '../where.js';
import { sameWords } from './owners.js';

/** The names under which a module's facts may be copied: its aggregates, facts and tables. */
const namesIn = (owner: Declaration): string[] =>
  [
    ...Object.keys(owner.aggregates),
    ...Object.values(owner.aggregates).flatMap(({ facts }) => facts),
    ...tablesOf(owner),
  ].map(sameWords);

const source = ({ of }: CopyDeclaration): { module: string; fact: string } => {
  const [module = '', ...fact] = of.split('.');
  return { module, fact: fact.join('.') };
};

/** What stands against a copy's pattern, with how to mend it. */
const patternFault = (copy: CopyDeclaration, holder: Declaration): [string, string] | undefined => {
  const { pattern, kept_by = [], frozen_at } = copy;
  if (pattern !== 'projection' && kept_by.length > 0)
    return [`is a ${pattern}, which no event keeps current`, 'Remove kept_by, or call it a projection.'];
  if (pattern !== 'snapshot' && frozen_at !== undefined)
    return [`is a ${pattern}, which is never frozen`, 'Remove frozen_at, or call it a snapshot.'];
  if (pattern === 'snapshot' && frozen_at === undefined)
    return ['does not say when it is frozen', 'Add frozen_at with the moment, such as package submission.'];
  if (pattern === 'projection') {
    const unconsumed = kept_by.filter((event) => !(event in holder.consumed_events));
    if (kept_by.length === 0)
      return ['does not say what keeps it current', 'Add kept_by with the events consumed for it.'];
    if (unconsumed.length > 0)
      return [`is kept by ${unconsumed.join(', ')}, which ${holder.module} does not consume`, 'Consume these events.'];
  }
  const asked = Object.values(holder.asks).some(({ of }) => of === source(copy).module);
  if (pattern === 'ask' && !asked)
    return [`asks ${source(copy).module} no question`, 'Declare the question under asks.'];
  return undefined;
};

/** Every copy names its owner's fact and follows exactly one of the three patterns. */
export const checkCopies = (declarations: readonly Declaration[]): Violation[] =>
  declarations.flatMap((holder) =>
    Object.entries(holder.copies_held).flatMap(([name, copy]): Violation[] => {
      const where = keyIn(holder, 'copies_held', name);
      const { module, fact } = source(copy);
      const owner = declarations.find((each) => each.module === module);
      const fault = patternFault(copy, holder);
      return [
        ...(owner && namesIn(owner).includes(sameWords(fact))
          ? []
          : [
              {
                rule: 'copy-of-nothing' as const,
                where,
                why: owner
                  ? `copies ${fact}, which ${module} does not own`
                  : `copies from ${module}, and there is no such module`,
                mend: 'Name <module>.<aggregate or fact> as its owner declares it.',
              },
            ]),
        ...(fault ? [{ rule: 'copy-pattern' as const, where, why: fault[0], mend: fault[1] }] : []),
      ];
    }),
  );
