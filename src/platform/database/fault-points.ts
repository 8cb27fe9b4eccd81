import { PooledClient } from './pooled-client.js';
import type { Transaction } from './transaction.js';

/** On the way of a command and of its event to every consumer, in the order in which they are passed. */
export type DeliveryPoint =
  | 'before the commit of a command'
  | 'after the commit of a command'
  | 'before a window is read'
  | 'after a window is read'
  | 'before the inbox is written'
  | 'after the inbox is written'
  | 'before the offset is moved'
  | 'after the offset is moved'
  | 'before the commit of a batch'
  | 'after the commit of a batch'
  | 'before the commit of a reaction'
  | 'after the commit of a reaction'
  | 'before the commit of several reactions'
  | 'after the commit of several reactions';

/** On the way of a rebuild. */
export type RebuildPoint =
  | 'before a rebuild begins'
  | 'after a rebuild has begun'
  | 'before a page of a rebuild'
  | 'after a page of a rebuild'
  | 'before the switch of a rebuild'
  | 'inside the switch of a rebuild'
  | 'after the switch of a rebuild'
  | 'before the old slot is emptied'
  | 'after the old slot is emptied';

/** On the way of a job. */
export type JobPoint =
  | 'before a job is taken'
  | 'after a job is taken'
  | 'before a commit behind the fence'
  | 'after a commit behind the fence'
  | 'before the end of a job'
  | 'after the end of a job';

/** Reached only when another process has taken over: tests wait for it. */
type RefusalPoint = 'after the offset is refused';

/** `before`: the statement is not sent yet. `after`: the database has answered, and nothing was done about it yet. */
export type FaultPoint = DeliveryPoint | RebuildPoint | JobPoint | RefusalPoint;

/** What is known at a point. */
export interface AtPoint {
  /** Whose delivery it is. */
  consumer?: string;
  /** The lease under which the offset is moved. */
  epoch?: string;
  /** The transaction in which the point lies. */
  transaction?: Transaction;
}

/**
 * The points at which tests of faults watch the process or end it. In production it is this class, whose methods do
 * nothing: another can come only from the caller of `start`, never from the configuration or the environment.
 */
export class FaultPoints {
  /** @param client the class of the connections of modules */
  constructor(readonly client = PooledClient) {}

  reach(_point: FaultPoint, _at?: AtPoint): void {
    // Nothing happens at a point.
  }

  /** The same for a point at which statements are sent and not yet answered: a test may wait for their answers. */
  reachWritten(_point: FaultPoint, _transaction: Transaction): Promise<void> {
    return Promise.resolve();
  }
}

export const NO_FAULTS = new FaultPoints();
