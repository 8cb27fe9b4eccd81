import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Testimony } from '../attestation.js';
import { checkFolder } from './backup-folder.js';
import type { Partition, Sequence, Table } from './catalog.js';
import type { Copied } from './copy-table.js';

export const MANIFEST = 'manifest.json';
/** Raise when files mean something else than before; older ones are then still to be read. */
const FORMAT = 1;

/** What a backup holds and where it comes from. */
export interface Manifest {
  format: number;
  /** The version of Remit that made it. */
  application: string;
  /** By the machine's clock. */
  takenAt: string;
  /** Where the rows come from; what is stored means the same everywhere. */
  cluster: { systemIdentifier: string | null; serverVersion: string };
  /** By schema, in the order of execution. */
  migrations: Record<string, string[]>;
  tables: (Table & Copied)[];
  partitions: Partition[];
  sequences: Sequence[];
  /** By module: what it found of its own data. */
  attestations: Record<string, Testimony>;
}

export const fileOf = ({ schema, name }: Pick<Table, 'schema' | 'name'>): string => `${schema}.${name}.copy.gz`;

export const manifestText = (manifest: Omit<Manifest, 'format'>): string =>
  `${JSON.stringify({ format: FORMAT, ...manifest }, null, 2)}\n`;

/**
 * Reads a backup's manifest once every file is known to be what was written.
 * @throws Error in one line when the backup is not whole, damaged, or of a format that this code does not know.
 */
export async function readManifest(folder: string): Promise<Manifest> {
  const files = await checkFolder(folder);
  if (!files.has(MANIFEST)) throw new Error(`${folder} is no backup: it has no ${MANIFEST}.`);
  const manifest = JSON.parse(await readFile(join(folder, MANIFEST), 'utf8')) as Manifest;
  if (manifest.format !== FORMAT)
    throw new Error(`${folder} has format ${manifest.format}: restore it with the version of Remit that made it.`);
  const lacking = manifest.tables.map(fileOf).find((file) => !files.has(file));
  if (lacking) throw new Error(`${folder} is no whole backup: it lacks ${lacking}.`);
  return manifest;
}
