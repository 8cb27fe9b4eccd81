import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Figure } from './figure.js';
import type { Machine } from './machine.js';

export interface Results {
  machine: Machine & { loadAtEnd: number };
  versions: Record<string, string>;
  commit: string;
  startedAt: string;
  minutes: number;
  /** Targets that did not come to an end, with why. They count as not met. */
  failed: { target: string; reason: string }[];
  figures: Figure[];
}

export async function write(file: string, results: Results): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(results, (_, value: unknown) => rounded(value), 2)}\n`);
}

/** Four digits say as much as a busy machine can. */
const rounded = (value: unknown): unknown =>
  typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value;

export function table(figures: readonly Figure[]): string {
  const rows = [
    ['', 'figure', 'value', 'floor', 'ratio', 'target'],
    ...figures.map((figure) => [
      figure.met === undefined ? '·' : figure.met ? 'met' : 'MISSED',
      figure.name,
      `${shown(figure.value)} ${figure.unit}`,
      figure.floor === undefined ? '' : `${shown(figure.floor)} ${figure.floorName ?? ''}`,
      figure.ratio === undefined ? '' : shown(figure.ratio),
      figure.target ?? '',
    ]),
  ];
  const widths = rows.reduce<number[]>(
    (widest, row) => row.map((cell, index) => Math.max(widest[index] ?? 0, cell.length)),
    [],
  );
  return rows
    .map((row) =>
      row
        .map((cell, index) => cell.padEnd(widths[index] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

const shown = (value: number): string =>
  Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)));
