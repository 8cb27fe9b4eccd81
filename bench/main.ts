import 'reflect-metadata';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { findPgbench } from './floors/pgbench.js';
import { Load } from './load/load.js';
import { Cleanup } from './run/cleanup.js';
import type { Figure } from './run/figure.js';
import { commit, machine, versions } from './run/machine.js';
import { table, write, type Results } from './run/results.js';
import { say } from './run/say.js';
import { BenchServer } from './server/bench-server.js';
import { commands } from './targets/commands.js';
import { delivery } from './targets/delivery.js';
import { latency } from './targets/latency.js';
import { adversary } from './targets/adversary.js';
import { growthOfDelivery } from './targets/growth-delivery.js';
import { growth } from './targets/growth.js';
import { rebuild } from './targets/rebuild.js';
import { rebuildUnderCommands } from './targets/rebuild-under-commands.js';
import { replicas } from './targets/replicas.js';
import { hotCounter } from './targets/hot-counter.js';
import { reads } from './targets/reads.js';
import { retirement } from './targets/retirement.js';
import { roundTrips } from './targets/round-trips.js';
import { startUp } from './targets/start-up.js';
import { sustained } from './targets/sustained.js';
import type { Bench, Target } from './targets/target.js';

const TARGETS: Readonly<Record<string, Target>> = {
  'start-up': startUp,
  commands,
  'hot-counter': hotCounter,
  'round-trips': roundTrips,
  sustained,
  delivery,
  latency,
  adversary,
  reads,
  rebuild,
  'rebuild-under-commands': rebuildUnderCommands,
  replicas,
  growth,
  'growth-of-delivery': growthOfDelivery,
  retirement,
};
const LATEST = 'bench/results/latest.json';

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    quick: { type: 'boolean', default: false },
    repeats: { type: 'string', default: '3' },
    output: { type: 'string' },
  },
});

/** Exit codes: 0 all targets met, 2 some not, 1 the bench itself could not run. */
async function main(): Promise<number> {
  const wanted = values.only ?? Object.keys(TARGETS);
  const unknown = wanted.filter((name) => !(name in TARGETS));
  if (unknown.length > 0)
    throw new Error(`There is no ${unknown.join(', ')}; --only takes ${Object.keys(TARGETS).join(', ')}.`);
  const begun = { ...machine(), startedAt: new Date() };
  const cleanup = new Cleanup();
  const endEarly = (): void => void cleanup.run().finally(() => process.exit(1));
  process.once('SIGINT', endEarly).once('SIGTERM', endEarly);
  try {
    const server = await BenchServer.start(cleanup);
    const { figures, failed } = await measureAll(server, cleanup, wanted);
    const { startedAt, ...rest } = begun;
    const results: Results = {
      machine: { ...rest, loadAtEnd: loadavg()[0] ?? NaN },
      versions: await versions(server.url),
      commit: await commit(),
      startedAt: startedAt.toISOString(),
      minutes: (Date.now() - startedAt.getTime()) / 60_000,
      failed,
      figures,
    };
    // A part, or what is too short to be believed, does not take the place of the whole.
    const output = values.output ?? (values.only || values.quick ? undefined : LATEST);
    if (output !== undefined) await write(output, results);
    process.stdout.write(`${table(figures)}\n`);
    for (const { target, reason } of failed) say(`${target} did not come to an end: ${reason}`);
    return failed.length > 0 || figures.some(({ met }) => met === false) ? 2 : 0;
  } finally {
    await cleanup.run();
  }
}

/** Each target starts and ends its own processes, so that a failed one leaves nothing running beside the next. */
async function measureAll(
  server: BenchServer,
  cleanup: Cleanup,
  names: readonly string[],
): Promise<{ figures: Figure[]; failed: Results['failed'] }> {
  const figures: Figure[] = [];
  const failed: Results['failed'] = [];
  for (const name of names) {
    const own = new Cleanup();
    cleanup.add(() => own.run());
    const bench: Bench = {
      server,
      cleanup: own,
      load: Load.start(own),
      repeats: values.quick ? 1 : Number(values.repeats),
      seconds: (seconds) => (values.quick ? seconds / 4 : seconds),
      pgbench: findPgbench(),
    };
    const startedAt = performance.now();
    try {
      const found = await TARGETS[name]?.(bench);
      figures.push(...(found ?? []));
    } catch (error) {
      failed.push({ target: name, reason: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    } finally {
      await own.run();
      say(`${name}: ${Math.round((performance.now() - startedAt) / 1000)} s`);
    }
  }
  return { figures, failed };
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
