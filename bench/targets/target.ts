import type { Figure } from '../run/figure.js';
import type { Cleanup } from '../run/cleanup.js';
import type { BenchServer } from '../server/bench-server.js';
import type { Load } from '../load/load.js';

/** What every target is given. */
export interface Bench {
  server: BenchServer;
  load: Load;
  cleanup: Cleanup;
  repeats: number;
  /** Stretches or shrinks how long each measurement takes. */
  seconds: (wanted: number) => number;
  /** The path of pgbench; absent where it is not installed. */
  pgbench: string | undefined;
}

/** Measures one part of what is to be reached. */
export type Target = (bench: Bench) => Promise<Figure[]>;
