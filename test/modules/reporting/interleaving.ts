import fc from 'fast-check';

/** Every way to deal the lanes into one row that keeps the order within each lane. */
export const interleavingOf = <T>(lanes: readonly (readonly T[])[]): fc.Arbitrary<T[]> =>
  fc
    .shuffledSubarray(
      lanes.flatMap((lane, index) => lane.map(() => index)),
      { minLength: lanes.flat().length },
    )
    .map((turns) => {
      const next = lanes.map(() => 0);
      return turns.map((lane) => {
        const at = next[lane] ?? 0;
        next[lane] = at + 1;
        return lanes[lane]?.[at] as T;
      });
    });
