import { randomFillSync } from 'node:crypto';
import { monotonicFactory } from 'ulid';

/** Randomness by the page: asking the system for each letter of an id took a twentieth of a command's time. */
const randomBytes = Buffer.alloc(4096);
let used = randomBytes.length;

function nextRandom(): number {
  if (used === randomBytes.length) {
    randomFillSync(randomBytes);
    used = 0;
  }
  const byte = randomBytes[used] ?? 0;
  used += 1;
  return byte / 256;
}

/**
 * ULIDs made in order within a process: random keys cost an index more than half its insert rate once it
 * outgrows memory, ordered ones do not.
 */
const nextUlid = monotonicFactory(nextRandom);

/** A new identifier such as `case_01J0Z9T40BW1K2JDGFSY73C9R3`. The time in it is the machine's. */
export const newId = (prefix: string): string => `${prefix}_${nextUlid()}`;

/** The pattern that every identifier with this prefix follows. */
export const idPattern = (prefix: string): RegExp => new RegExp(`^${prefix}_[0-9A-HJKMNP-TV-Z]{26}$`);
