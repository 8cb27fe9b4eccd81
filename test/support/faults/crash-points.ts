/**
 * Every place where a process is killed on purpose, in the order in which an event passes them. `inside/points.ts`
 * says where each is; a test kills a process at each and fails when one is never reached.
 */
export const CRASH_POINTS = [
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
] as const;

/** Where a rebuild of a projection is killed, in the order in which it passes them. */
export const REBUILD_POINTS = [
  'before a rebuild begins',
  'after a rebuild has begun',
  'before a page of a rebuild',
  'after a page of a rebuild',
  'before the switch of a rebuild',
  'inside the switch of a rebuild',
  'after the switch of a rebuild',
  'before the old slot is emptied',
  'after the old slot is emptied',
] as const;

/** The same for the way of a job, which a process comes to only when it has one to carry out. */
export const JOB_POINTS = [
  'before a job is taken',
  'after a job is taken',
  'before a commit behind the fence',
  'after a commit behind the fence',
  'before the end of a job',
  'after the end of a job',
] as const;

export type CrashPoint = (typeof CRASH_POINTS | typeof REBUILD_POINTS | typeof JOB_POINTS)[number];

/** What is done to the process that comes to the point, by itself: nothing runs between. */
export type Stroke = 'SIGKILL' | 'SIGSTOP';

/** Protections that a process can be started without, one at a time, to show that the checks miss each. */
export const BREAKAGES = [
  'answers before it commits',
  'commits the inbox apart from its effects',
  'moves the offset whatever its epoch',
  'keeps what a failed handler wrote',
  'takes a server that has crashed for the same',
] as const;

export type Breakage = (typeof BREAKAGES)[number];

/** What the process leaves behind about where it has struck itself. */
export interface Struck {
  point: CrashPoint;
  /** Whose batch it was, where the statement names it; else empty. */
  consumer: string;
}

/** What the environment tells a process that is to fail. */
export interface Instructions {
  /** A file into which the process writes where it strikes (`Struck`), before it does. */
  mark: string;
  broken?: Breakage;
}

/** From the test to the process. */
export type Order =
  | { arm: CrashPoint; after: number; stroke: Stroke }
  /** Handlers throw at events of these keys, when they have written a part. */
  | { poison: string[] };

/** From the process to the test. */
export type Word =
  | { consumers: { name: string; events: string[] }[] }
  | { armed: CrashPoint }
  | { poisoned: number }
  | { moved: string; held: boolean };
