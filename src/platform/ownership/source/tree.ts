/** A node of PostgreSQL's parse tree as libpg-query gives it: a plain object. */
export type TreeNode = Readonly<Record<string, unknown>>;

export const isNode = (value: unknown): value is TreeNode =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The node under these keys, one below the other; an empty one where there is none. */
export const under = (value: unknown, ...keys: string[]): TreeNode =>
  keys.reduce<TreeNode>((node, key) => (isNode(node[key]) ? node[key] : {}), isNode(value) ? value : {});

export const listUnder = (value: unknown, ...keys: string[]): readonly unknown[] => {
  const last = keys.at(-1) ?? '';
  const list = under(value, ...keys.slice(0, -1))[last];
  return Array.isArray(list) ? list : [];
};

export const textUnder = (value: unknown, ...keys: string[]): string | undefined => {
  const last = keys.at(-1) ?? '';
  const text = under(value, ...keys.slice(0, -1))[last];
  return typeof text === 'string' ? text : undefined;
};

/** `schema.table.column` as the tree spells it: a list of strings. */
export const dottedName = (list: readonly unknown[]): string[] =>
  list.flatMap((part) => textUnder(part, 'String', 'sval') ?? []);

/** Every node of this kind in a tree, however deep. */
export function* nodesNamed(value: unknown, kind: string): Generator {
  if (Array.isArray(value)) for (const each of value) yield* nodesNamed(each, kind);
  if (!isNode(value)) return;
  for (const [key, child] of Object.entries(value)) {
    if (key === kind) yield child;
    yield* nodesNamed(child, kind);
  }
}
