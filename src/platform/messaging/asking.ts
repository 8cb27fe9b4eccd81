import { AsyncLocalStorage } from 'node:async_hooks';
import { Refusal, refuse } from '../base/refusal.js';

/** The bus was used where it may not be: a programming error, never an owner's failure. */
export class BusMisused extends Error {}

/** A handler at work. */
export interface Handling {
  readonly module: string;
  /** A question or command by its contract's name; a reaction or job by its own. */
  readonly handler: string;
  /** How many questions and commands led here, this one included. */
  readonly depth: number;
  /** When whoever asked stops waiting, as `performance.now()` counts. */
  readonly until?: number;
  /** The handlers in other modules that it waits for now. */
  readonly awaited: Set<Handling>;
}

const handlings = new AsyncLocalStorage<Handling>();

/** The handler that is at work here; none in a use case that was called over HTTP. */
export const currentHandling = (): Handling | undefined => handlings.getStore();

/** Runs what nobody asked for: a reaction's prepare step, a job. It asks only what is declared `by` its name. */
export const asHandler = <T>(module: string, handler: string, work: () => T): T =>
  handlings.run({ module, handler, depth: 0, awaited: new Set() }, work);

/**
 * Runs the handler of a question or a sent command, for so long as whoever asked may still wait.
 * @throws OWNER_UNAVAILABLE when the time is over: of the owner at the end of the chain, which is the one that is slow
 */
export async function handleWithin<T>(
  owner: string,
  handler: string,
  deadlineMs: number,
  work: () => Promise<T>,
): Promise<T> {
  const by = currentHandling();
  const now = performance.now();
  const until = Math.min(now + deadlineMs, by?.until ?? Infinity);
  if (by && until <= now) throw unavailable(by.module, 'did not answer in time');
  const handling: Handling = { module: owner, handler, depth: (by?.depth ?? 0) + 1, until, awaited: new Set() };
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(unavailable(slowest(handling).module, 'did not answer in time'));
    }, until - now);
  });
  by?.awaited.add(handling);
  try {
    return await Promise.race([handlings.run(handling, work), deadline]);
  } finally {
    clearTimeout(timer);
    by?.awaited.delete(handling);
  }
}

/** Whom everybody in the chain waits for. */
function slowest(handling: Handling): Handling {
  const [next] = handling.awaited;
  return next ? slowest(next) : handling;
}

export const unavailable = (owner: string, why: string): Refusal =>
  refuse.OWNER_UNAVAILABLE(`${owner} ${why}; try again.`, { owner, retryAfterSeconds: 1 });

/** The owner that did not answer, where that is why something failed. */
export function unavailableOwner(error: unknown): string | undefined {
  if (!(error instanceof Refusal) || error.errorCode !== 'OWNER_UNAVAILABLE') return undefined;
  return typeof error.members.owner === 'string' ? error.members.owner : 'an owner';
}
