import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { randomOf } from '../support/faults/random.js';
import { ambiguousCommits, cutConnections } from '../support/faults/scenarios/cut-connections.js';
import { frozenReplica } from '../support/faults/scenarios/frozen-replica.js';
import { pointKills } from '../support/faults/scenarios/point-kills.js';
import { poison } from '../support/faults/scenarios/poison.js';
import { postgresCrashes } from '../support/faults/scenarios/postgres-crashes.js';
import { randomKills } from '../support/faults/scenarios/random-kills.js';
import { unflushedBatches } from '../support/faults/scenarios/unflushed-batches.js';
import type { Asked, Outcome } from '../support/faults/scenarios/scenario.js';

const SCENARIOS: [name: string, option: string, times: number, scenario: (asked: Asked) => Promise<Outcome>][] = [
  ['process killed at random', 'kills', 100, (asked) => randomKills(asked)],
  ['process group and embedded server killed', 'embedded-kills', 20, (asked) => randomKills(asked, true)],
  ['process killed at each named point', 'points', 2, pointKills],
  ['commit answered to nobody', 'ambiguous', 30, ambiguousCommits],
  ['connections cut', 'cuts', 30, cutConnections],
  ['PostgreSQL killed', 'crashes', 20, postgresCrashes],
  ['PostgreSQL killed before it flushed', 'unflushed', 10, unflushedBatches],
  ['handlers throw half-way', 'poisoned', 10, poison],
  ['replica stopped past its lease', 'freezes', 4, frozenReplica],
];

const USAGE = `npm run faults -- [--seed n] [--seconds n] ${SCENARIOS.map(([, option, times]) => `[--${option} ${times}]`).join(' ')}
A count of 0 leaves a fault out. With --seconds everything is gone through again until so much time has passed.`;

function optionsOf(): { seed: number; seconds: number; counts: number[] } {
  const options = ['seed', 'seconds', ...SCENARIOS.map(([, option]) => option)];
  const { values } = parseArgs({
    options: { help: { type: 'boolean' }, ...Object.fromEntries(options.map((name) => [name, { type: 'string' }])) },
  });
  if (values.help) throw new Error(USAGE);
  const whole = (name: string, otherwise: number): number => {
    const given = (values as Record<string, string | undefined>)[name];
    const number = given === undefined ? otherwise : Number(given);
    if (!Number.isInteger(number) || number < 0) throw new Error(`--${name} must be a whole number.\n${USAGE}`);
    return number;
  };
  return {
    seed: whole('seed', Date.now() % 1_000_000),
    seconds: whole('seconds', 0),
    counts: SCENARIOS.map(([, option, times]) => whole(option, times)),
  };
}

/** Goes through every fault and prints what came of each. @returns how many findings there were */
async function goThrough(seed: number, counts: readonly number[]): Promise<number> {
  let found = 0;
  for (const [index, [name, , , scenario]] of SCENARIOS.entries()) {
    const times = counts[index] ?? 0;
    if (times === 0) continue;
    const began = Date.now();
    const { faults, findings, tally } = await scenario({ random: randomOf(seed), times });
    const seconds = Math.round((Date.now() - began) / 1000);
    found += findings.length;
    console.log(`${name}: ${faults} faults in ${seconds} s`);
    console.log(`  ${Object.entries(tally).map(([what, count]) => `${count} ${what}`).join(', ')}`); // prettier-ignore
    for (const { kind, what } of findings) console.log(`  ${kind.toUpperCase()}: ${what}`);
  }
  return found;
}

const lifecycle = async (part: string): Promise<() => Promise<void>> =>
  ((await import(pathToFileURL(`test/support/global-${part}.js`).href)) as { default: () => Promise<void> }).default;

async function main(): Promise<void> {
  const { seed, seconds, counts } = optionsOf();
  const until = Date.now() + seconds * 1000;
  // They are Jest's, in JavaScript: a server with the templates that databases are cloned from.
  const [setUp, tearDown] = await Promise.all(['setup', 'teardown'].map(lifecycle));
  // The servers end with this process.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  await setUp?.();
  let found = 0;
  try {
    for (let round = 0; round === 0 || Date.now() < until; round += 1) {
      console.log(`Seed ${seed + round}: npm run faults -- --seed ${seed + round}`);
      found += await goThrough(seed + round, counts);
    }
  } finally {
    await tearDown?.();
  }
  console.log(found === 0 ? 'Nothing was lost and nothing happened twice.' : `${found} findings.`);
  process.exitCode = found === 0 ? 0 : 1;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.stack : error);
  process.exitCode = 1;
});
