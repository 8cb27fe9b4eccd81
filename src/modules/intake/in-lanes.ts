/** Works on several items at once, never more than there are lanes, begun in order. The work must not throw. */
export const inLanes = async <Item>(
  lanes: number,
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
): Promise<void> => {
  const waiting = items.values();
  const lane = async (): Promise<void> => {
    // All lanes take from one iterator, so that each item is taken once.
    for (const item of waiting) await work(item);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
};
