import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';
import type { CheckedClass, JsonSchema } from '../../src/platform/http/class-rules.js';
import { JsonSchemas } from '../../src/platform/http/json-schemas.js';
import type { PublishedContract } from '../../src/platform/http/event-contracts.js';

export const SNAPSHOTS = join(dirname(fileURLToPath(import.meta.url)), 'schemas');

/** What the class says now, complete in itself. */
export function presentSchema(contract: CheckedClass): JsonSchema {
  const nested = new JsonSchemas('#/$defs/', false);
  const own = nested.of(contract);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: contract.name,
    ...own,
    ...(Object.keys(nested.schemas).length > 0 && { $defs: nested.schemas }),
  };
}

export const snapshotOf = ({ module, contract }: PublishedContract): string =>
  join(SNAPSHOTS, module, `${contract.type}.v${contract.version}.json`);

export function frozenSchema(published: PublishedContract): JsonSchema | undefined {
  const file = snapshotOf(published);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as JsonSchema) : undefined;
}

export async function freeze(published: PublishedContract): Promise<void> {
  const file = snapshotOf(published);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(
    file,
    await format(JSON.stringify(presentSchema(published.contract)), { parser: 'json', printWidth: 120 }),
  );
}
