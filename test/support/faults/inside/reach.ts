import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import type { CrashPoint, Instructions, Stroke, Struck } from '../crash-points.js';

let armed: { point: CrashPoint; left: number; stroke: Stroke } | undefined;

/** Strikes when the point is passed for the `after`th time from now on. */
export function arm(point: CrashPoint, after: number, stroke: Stroke): void {
  armed = { point, left: after, stroke };
}

/**
 * The process is at the point: if it is armed, nothing that comes after it in this process happens any more.
 * @param consumer whose delivery has come there, where that is known
 */
export function reach(point: CrashPoint, { mark }: Instructions, consumer = ''): void {
  if (armed?.point !== point) return;
  armed.left -= 1;
  if (armed.left > 0) return;
  const { stroke } = armed;
  armed = undefined;
  const file = openSync(mark, 'w');
  writeSync(file, JSON.stringify({ point, consumer } satisfies Struck));
  fsyncSync(file);
  closeSync(file);
  process.kill(process.pid, stroke);
}
