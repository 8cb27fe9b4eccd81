import { ModuleDatabase } from '../../dist/src/platform/database/module-database.js';
import { ServerBudgets } from '../../dist/src/platform/database/server-budgets.js';

/**
 * A process with the pools of many modules on the server that it is told, all of them under load until its input ends.
 * Then it prints, as JSON, what it might open, how many statements each pool has had answered, and what went wrong.
 */
const [url, count] = process.argv.slice(2);
const modules = Array.from({ length: Number(count) }, (_, place) => `module-${place}`);
const LANES = 12;

const budgets = await ServerBudgets.of(new Map(modules.map((module) => [module, url])), false);
const budget = budgets.of(url);
const databases = [];
for (const [place, module] of modules.entries()) {
  const declaration = { module, database: { schema: 'public', weight: place === 0 ? 3 : 1 } };
  databases.push(await ModuleDatabase.open(declaration, url, [], budget));
}
let ended = false;
process.stdin.resume().once('end', () => {
  ended = true;
});
process.stdout.write('ready\n');

const faults = [];
const answered = databases.map(() => 0);
async function lane(place) {
  while (!ended)
    try {
      await databases[place].transaction((transaction) => transaction.query('SELECT pg_sleep(0.002)'));
      answered[place] += 1;
    } catch (error) {
      faults.push(error.message);
    }
}
await Promise.all(databases.flatMap((_, place) => Array.from({ length: LANES }, () => lane(place))));
await Promise.all(databases.map((database) => database.close()));
process.stdout.write(`${JSON.stringify({ most: budget.most, answered, faults })}\n`);
