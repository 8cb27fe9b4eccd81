import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import type { CrashPoint, Hit, Instructions, Signal } from '../crash-points.js';

let armed: { point: CrashPoint; left: number; signal: Signal } | undefined;

/** From now on the process sends itself the signal when it reaches the point for the `after`th time. */
export function arm(point: CrashPoint, after: number, signal: Signal): void {
  armed = { point, left: after, signal };
}

/**
 * The process is at the point. If that is armed, the signal comes before anything that follows in this process.
 * @param consumer whose delivery has reached it, where that is known
 */
export function reach(point: CrashPoint, { hitFile }: Instructions, consumer = ''): void {
  if (armed?.point !== point) return;
  armed.left -= 1;
  if (armed.left > 0) return;
  const { signal } = armed;
  armed = undefined;
  const file = openSync(hitFile, 'w');
  writeSync(file, JSON.stringify({ point, consumer } satisfies Hit));
  fsyncSync(file);
  closeSync(file);
  process.kill(process.pid, signal);
}
