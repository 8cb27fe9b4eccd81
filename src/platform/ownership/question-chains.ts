import type { Declaration } from './declaration.js';

/** How many questions and commands may lead to each other: each waits for the owners after it. */
export const LONGEST_CHAIN = 3;

/** That a handler asks or tells, as its module declares it. */
interface Link {
  module: string;
  key: 'asks' | 'tells';
  contract: string;
  from: string;
  to: string;
}

/** Questions and commands that may not lead to each other as they are declared to. */
export interface ForbiddenChain {
  rule: 'circle-of-questions' | 'long-chain-of-questions';
  /** Handlers with their modules; of a circle, the first is also what the last comes back to. */
  handlers: string[];
  /** The declaration of its last step. */
  last: Pick<Link, 'module' | 'key' | 'contract'>;
}

const linksOf = ({ module, asks, tells }: Declaration): Link[] => [
  ...Object.entries(asks).flatMap(([contract, { of, by }]) =>
    by.map((from) => link(module, 'asks', contract, from, of)),
  ),
  ...Object.entries(tells).flatMap(([contract, { to, by }]) =>
    by.map((from) => link(module, 'tells', contract, from, to)),
  ),
];

const link = (module: string, key: Link['key'], contract: string, from: string, owner: string): Link => ({
  module,
  key,
  contract,
  from: `${module}.${from}`,
  to: `${owner}.${contract}`,
});

/** So that a circle is found once, wherever one enters it. */
const fromItsFirst = (circle: readonly string[]): string[] => {
  const start = circle.indexOf([...circle].sort()[0] ?? '');
  return [...circle.slice(start), ...circle.slice(0, start)];
};

/**
 * Every circle, and every chain that is too long: per handler, because modules may ask each other where no handler comes
 * back to itself.
 */
export function forbiddenChains(declarations: readonly Declaration[]): ForbiddenChain[] {
  const links = declarations.flatMap(linksOf);
  const found = new Map<string, ForbiddenChain>();
  const note = (rule: ForbiddenChain['rule'], handlers: string[], { module, key, contract }: Link): void => {
    const name = `${rule} ${handlers.join(' ')}`;
    if (!found.has(name)) found.set(name, { rule, handlers, last: { module, key, contract } });
  };
  const follow = (path: readonly string[]): void => {
    for (const next of links.filter(({ from }) => from === path.at(-1))) {
      const before = path.indexOf(next.to);
      if (before >= 0) note('circle-of-questions', fromItsFirst(path.slice(before)), next);
      else if (path.length >= LONGEST_CHAIN) note('long-chain-of-questions', [...path, next.to], next);
      else follow([...path, next.to]);
    }
  };
  const asked = declarations.flatMap(({ asks, tells }) => [
    ...Object.entries(asks).map(([contract, { of }]) => `${of}.${contract}`),
    ...Object.entries(tells).map(([contract, { to }]) => `${to}.${contract}`),
  ]);
  for (const first of new Set(asked)) follow([first]);
  return [...found.values()];
}

/** The chain as one reads it: `a.GetX asks b.GetY`. */
export const spelled = ({ rule, handlers }: ForbiddenChain): string =>
  (rule === 'circle-of-questions' ? [...handlers, ...handlers.slice(0, 1)] : handlers).join(' → ');
