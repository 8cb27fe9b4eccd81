import { setTimeout as pause } from 'node:timers/promises';

/**
 * Reads until what is waited for holds.
 * @throws Error with what was seen last, when it does not hold within the time given
 */
export async function eventually<Seen>(
  read: () => Promise<Seen> | Seen,
  holds: (seen: Seen) => boolean,
  withinMs = 20_000,
): Promise<Seen> {
  const end = Date.now() + withinMs;
  for (;;) {
    const seen = await read();
    if (holds(seen)) return seen;
    if (Date.now() > end) throw new Error(`It never came about; seen last: ${JSON.stringify(seen)}`);
    await pause(5);
  }
}
