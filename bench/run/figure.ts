/** One measured value beside its floor, both from this run. */
export interface Figure {
  name: string;
  value: number;
  unit: string;
  /** Lowest and highest of the repeats. */
  spread?: readonly [number, number];
  /** What the value is compared with; absent where the target is an absolute number. */
  floorName?: string;
  floor?: number;
  floorSpread?: readonly [number, number];
  ratio?: number;
  /** Of the ratio where there is a floor, else of the value; absent where the figure is only for information. */
  target?: string;
  /** Absent without a target. */
  met?: boolean;
  /** What a reader must know to take the figure for what it is. */
  reason?: string;
}

/** A bound on a ratio or a value. */
export interface Target {
  kind: 'at least' | 'at most';
  bound: number;
}

export const atLeast = (bound: number): Target => ({ kind: 'at least', bound });
export const atMost = (bound: number): Target => ({ kind: 'at most', bound });

/** Repeats of one measurement. */
export interface Measured {
  median: number;
  spread: readonly [number, number];
}

export function measured(values: readonly number[]): Measured {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  const median = sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
  return { median, spread: [sorted[0] ?? NaN, sorted.at(-1) ?? NaN] };
}

interface Said {
  name: string;
  unit: string;
  target?: Target;
  reason?: string;
}

/** A value that stands for itself. A value that could not be measured (NaN) meets no target. */
export function absolute(said: Said, value: Measured): Figure {
  return { ...described(said, value), ...judged(said.target, value.median) };
}

/** A value beside its floor: what is judged is the ratio of the two. */
export function beside(said: Said & { floorName: string }, value: Measured, floor: Measured): Figure {
  const ratio = value.median / floor.median;
  return {
    ...described(said, value),
    floorName: said.floorName,
    floor: floor.median,
    floorSpread: floor.spread,
    ratio,
    ...judged(said.target, ratio),
  };
}

const described = ({ name, unit, reason }: Said, { median, spread }: Measured): Figure => ({
  name,
  value: median,
  unit,
  spread,
  ...(reason !== undefined && { reason }),
});

function judged(target: Target | undefined, judgedValue: number): Pick<Figure, 'target' | 'met'> {
  if (!target) return {};
  const met = target.kind === 'at least' ? judgedValue >= target.bound : judgedValue <= target.bound;
  return { target: `${target.kind} ${target.bound}`, met };
}
