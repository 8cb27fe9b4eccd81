import type { Declaration } from '../ownership/declaration.js';

/** Under which operations are grouped, in its order. */
export interface Tag {
  name: string;
  description: string;
}

/** The module that the platform's own operations belong to. */
const PLATFORM = 'platform';

/** The operations of a module are grouped by the part that it has in the journey of a case, or by its own name. */
export function tagOf(module: string | undefined, declarations: readonly Declaration[]): string {
  const declared = declarations.find((each) => each.module === (module ?? PLATFORM));
  return declared?.journey ?? module ?? PLATFORM;
}

/** Every group, with the modules that share it and what these own. */
export function tagsOf(declarations: readonly Declaration[]): Tag[] {
  const names = new Set(declarations.map(({ module }) => tagOf(module, declarations)));
  return [...names].sort().map((name) => ({
    name,
    description: `${declarations
      .filter(({ module }) => tagOf(module, declarations) === name)
      .map(inWords)
      .join('; ')}.`,
  }));
}

function inWords({ module, aggregates }: Declaration): string {
  if (module === PLATFORM) return 'the platform itself';
  const facts = Object.values(aggregates).flatMap((aggregate) => aggregate.facts);
  return facts.length > 0 ? `${module} owns ${facts.join(', ')}` : `${module} owns no fact, it shows those of others`;
}
