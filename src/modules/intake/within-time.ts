import { runInNewContext } from 'node:vm';

/** The work did not end in time, and was stopped. */
export class OutOfTime extends Error {}

/**
 * Runs work that does not wait for anything, and stops it past the time: a regular expression that an officer wrote
 * can need longer than the universe is old, and nothing else in this process would run meanwhile. The engine stops
 * whatever runs inside the call, also code from outside the context, which is the same code under a watch here.
 * @throws OutOfTime
 */
export const withinTime = <T>(milliseconds: number, work: () => T): T => {
  try {
    return runInNewContext('work()', { work }, { timeout: milliseconds }) as T;
  } catch (error) {
    throw (error as { code?: string }).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT' ? new OutOfTime() : error;
  }
};
