import type { DeliveryPoint, JobPoint, RebuildPoint } from '../../../src/platform/database/fault-points.js';

/** Around each handler of a projection. */
export type EffectPoint = 'before the effect of a projection' | 'after the effect of a projection';

/** A list of points that leaves out none: it would not compile. */
const every =
  <Point extends string>() =>
  <const Listed extends readonly Point[]>(
    listed: Listed & ([Exclude<Point, Listed[number]>] extends [never] ? unknown : never),
  ): Listed =>
    listed;

/**
 * Every place where a process is killed on purpose, in the order in which an event passes them. A test kills a process at
 * each and fails when one is never reached.
 */
export const CRASH_POINTS = every<DeliveryPoint | EffectPoint>()([
  'before the commit of a command',
  'after the commit of a command',
  'before a window is read',
  'after a window is read',
  'before the inbox is written',
  'after the inbox is written',
  'before the effect of a projection',
  'after the effect of a projection',
  'before the offset is moved',
  'after the offset is moved',
  'before the commit of a batch',
  'after the commit of a batch',
  'before the commit of a reaction',
  'after the commit of a reaction',
  'before the commit of several reactions',
  'after the commit of several reactions',
]);

/** Where a rebuild of a projection is killed, in the order in which it passes them. */
export const REBUILD_POINTS = every<RebuildPoint>()([
  'before a rebuild begins',
  'after a rebuild has begun',
  'before a page of a rebuild',
  'after a page of a rebuild',
  'before the switch of a rebuild',
  'inside the switch of a rebuild',
  'after the switch of a rebuild',
  'before the old slot is emptied',
  'after the old slot is emptied',
]);

/** The same for the way of a job, which a process comes to only when it has one to carry out. */
export const JOB_POINTS = every<JobPoint>()([
  'before a job is taken',
  'after a job is taken',
  'before a commit behind the fence',
  'after a commit behind the fence',
  'before the end of a job',
  'after the end of a job',
]);

export type CrashPoint = DeliveryPoint | RebuildPoint | JobPoint | EffectPoint;

/** What the process sends itself at the point: nothing runs between. */
export type Signal = 'SIGKILL' | 'SIGSTOP';

/** Protections that a process can be started without, one at a time, to show that the checks notice. */
export const BREAKAGES = [
  'answers before it commits',
  'commits the inbox apart from its effects',
  'moves the offset whatever its epoch',
  'keeps what a failed handler wrote',
  'takes a server that has crashed for the same',
] as const;

export type Breakage = (typeof BREAKAGES)[number];

/** Which point the process has reached, as it writes before it sends itself the signal. */
export interface Hit {
  point: CrashPoint;
  /** Whose delivery it was, where that is known; else empty. */
  consumer: string;
}

/** What the environment hands to a process that is to fail. */
export interface Instructions {
  /** The file for its `Hit`. */
  hitFile: string;
  broken?: Breakage;
}

/** From the test to the process. */
export type FaultRequest =
  | { arm: CrashPoint; after: number; signal: Signal }
  /** Handlers throw at events of these keys, when they have written a part. */
  | { poison: string[] };

/** From the process to the test. */
export type Report =
  | { consumers: { name: string; events: string[] }[] }
  | { armed: CrashPoint }
  | { poisoned: number }
  /** Whose offset a batch was to move, and whether that was done or refused. */
  | { moved: string; done: boolean };
