import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cruise, format } from 'dependency-cruiser';
import { configurationFor } from './.dependency-cruiser.js';

const FIXTURES = /^test\/(architecture|contracts)\/fixtures\//;

/** Reads the folders under this root by the dependency rules. */
export async function cruiseTree(root, folders, more = {}) {
  const { forbidden, options } = configurationFor(root);
  const settings = { ...options, ...more, baseDir: root, validate: true, ruleSet: { forbidden } };
  return (await cruise(folders, settings)).output;
}

/**
 * TypeScript files in the folders that were not cruised. Under a compiler that the cruiser does not know it leaves them
 * all out, and finds nothing wrong in what is left.
 */
export function uncruised(root, folders, { modules }) {
  const cruised = new Set(modules.map(({ source }) => source));
  return folders
    .flatMap((folder) => readdirSync(join(root, folder), { recursive: true }).map((name) => `${folder}/${name}`))
    .filter((file) => file.endsWith('.ts') && !FIXTURES.test(file) && !cruised.has(file));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [root, folders] = [fileURLToPath(new URL('.', import.meta.url)), process.argv.slice(2)];
  const result = await cruiseTree(root, folders);
  const { output, exitCode } = await format(result, { outputType: 'err' });
  const missed = uncruised(root, folders, result);
  process.stdout.write(output);
  if (missed.length > 0)
    process.stderr.write(`${missed.length} files were not read, the first ${missed[0]}: is the compiler too new?\n`);
  process.exitCode = exitCode > 0 || missed.length > 0 ? 1 : 0;
}
