import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { EventContract } from '../messaging/envelope.js';

const CONTRACTS = join(dirname(fileURLToPath(import.meta.url)), '../../contracts');
const VERSIONED = /\.v\d+\.[jt]s$/;

/** A class that says what an event carries, and the module in whose folder it lies. */
export interface PublishedContract {
  module: string;
  contract: EventContract;
}

const isContract = (exported: unknown): exported is EventContract =>
  typeof exported === 'function' && 'type' in exported && 'version' in exported;

/**
 * Every event contract beside the platform, found by its folder: the platform imports no contract by name, and so
 * knows no word of the domain.
 */
export async function readEventContracts(root = CONTRACTS): Promise<PublishedContract[]> {
  const found: PublishedContract[] = [];
  for (const folder of readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory())) {
    const files = readdirSync(join(root, folder.name)).filter((file) => VERSIONED.test(file));
    for (const file of files.sort()) {
      const exported = (await import(pathToFileURL(join(root, folder.name, file)).href)) as Record<string, unknown>;
      for (const contract of Object.values(exported).filter(isContract)) found.push({ module: folder.name, contract });
    }
  }
  return found;
}

/**
 * The contract of an event: the publisher's own, or, of a request that several modules publish, its owner's.
 * @throws Error when there is none: the declarations promise one
 */
export function contractOf(
  contracts: readonly PublishedContract[],
  module: string,
  type: string,
  version: number,
): EventContract {
  const same = contracts.filter(({ contract }) => contract.type === type && contract.version === version);
  const found = same.find((each) => each.module === module) ?? same[0];
  if (!found) throw new Error(`${module} publishes ${type}, version ${version}, without a contract.`);
  return found.contract;
}
