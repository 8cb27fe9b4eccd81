import { SingleBar } from 'cli-progress';

export const say = (text: string): void => void process.stdout.write(`${text}\n`);

const EVERY_MS = 2_000;

/**
 * Shows how far something is: a bar on a terminal; in a log, a line when something has moved, every two seconds.
 * @param format of the bar: `{bar}`, `{value}`, `{total}`, and `{said}` for what is said of it
 */
export function showProgress(format: string): {
  update(value: number, total: number, said: string): void;
  stop(): void;
} {
  if (process.stdout.isTTY) {
    const bar = new SingleBar({ format, stream: process.stdout, hideCursor: true });
    let started = false;
    return {
      update: (value, total, said) => {
        if (!started) bar.start(total, value, { said });
        bar.setTotal(total);
        bar.update(value, { said });
        started = true;
      },
      stop: () => {
        bar.stop();
      },
    };
  }
  let last = { at: 0, value: -1 };
  return {
    update: (value, _, said) => {
      if (value === last.value || Date.now() - last.at < EVERY_MS) return;
      last = { at: Date.now(), value };
      say(said);
    },
    stop: () => undefined,
  };
}
