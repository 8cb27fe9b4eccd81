/** The members that were given: a change leaves alone what it does not name. */
export const given = <T extends object>(change: T): Partial<T> =>
  Object.fromEntries(
    Object.entries(change).filter(([, value]: [string, unknown]) => value !== undefined),
  ) as Partial<T>;
