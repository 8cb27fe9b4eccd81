import type { Order, Word } from '../crash-points.js';

export const say = (word: Word): void => void process.send?.(word);

/** The channel does not keep the process alive: it ends as it would without a test. */
export function hear(listener: (order: Order) => void): void {
  process.on('message', (message) => listener(message as Order));
  process.channel?.unref();
  // Whoever started it is gone, and nobody else would end it.
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
}
