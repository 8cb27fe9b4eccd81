import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { createConfig, lint } from '@redocly/openapi-core';
import spectral from '@stoplight/spectral-core';
import rulesets from '@stoplight/spectral-rulesets';

/** What Spectral's rules for OpenAPI say, each as one line. */
async function bySpectral(document) {
  const linter = new spectral.Spectral();
  linter.setRuleset({ extends: [rulesets.oas] });
  const found = await linter.run(document);
  return found.map(({ code, message, path }) => `spectral ${code}: ${message} at ${path.join('.')}`);
}

/** What Redocly's recommended rules say, each as one line. */
async function byRedocly(ref) {
  const config = await createConfig({ extends: ['recommended'] });
  const found = await lint({ ref, config });
  return found.map(
    ({ ruleId, message, location: [{ pointer = '' } = {}] }) => `redocly ${ruleId}: ${message} at ${pointer}`,
  );
}

/** What is wrong with the description of the API in this file, by the rules of others. */
export async function faultsIn(file) {
  return [...(await bySpectral(JSON.parse(await readFile(file, 'utf8')))), ...(await byRedocly(file))];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const faults = await faultsIn(process.argv[2]);
  for (const fault of faults) process.stderr.write(`${fault}\n`);
  process.exitCode = faults.length > 0 ? 1 : 0;
}
