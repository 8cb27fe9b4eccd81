import { SingleBar } from 'cli-progress';
import type { ImportReport, RowReport } from './import-client.js';

type Counts = Pick<ImportReport, 'total' | 'created' | 'existing' | 'refused'>;

export const say = (text: string): void => void process.stdout.write(`${text}\n`);

const settled = ({ created, existing, refused }: Counts): number => created + existing + refused;

const EVERY_MS = 2_000;

/** Shows how far an import is: a bar on a terminal; in a log, a line when something has moved, every two seconds. */
export function showProgress(): { update(counts: Counts): void; stop(): void } {
  if (process.stdout.isTTY) {
    const format = '{bar} {value}/{total} rows, {created} created, {existing} existing, {refused} refused';
    const bar = new SingleBar({ format, stream: process.stdout, hideCursor: true });
    let started = false;
    return {
      update: ({ total, created, existing, refused }) => {
        const value = settled({ total, created, existing, refused });
        if (!started) bar.start(total, value, { created, existing, refused });
        else bar.update(value, { created, existing, refused });
        started = true;
      },
      stop: () => {
        bar.stop();
      },
    };
  }
  let said = { at: 0, value: -1 };
  return {
    update: (counts) => {
      const value = settled(counts);
      if (value === said.value || Date.now() - said.at < EVERY_MS) return;
      said = { at: Date.now(), value };
      say(`${value} of ${counts.total} rows`);
    },
    stop: () => undefined,
  };
}

export const describeRefused = ({ rowNumber, line, reasons = [] }: RowReport): string => {
  const why = reasons.map(({ name, code, reason }) => `${name}: ${reason} (${code})`);
  return `  row ${rowNumber}, line ${line}: ${why.join(' ')}`;
};
