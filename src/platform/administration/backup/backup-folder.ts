import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { syncFolder } from '../embedded/credentials-file.js';

/** In the format of `sha256sum`, so that a backup can be checked where Remit is not installed. */
const SUMS = 'SHA256SUMS';

/**
 * Makes a folder whole or not at all: it is filled beside its place under another name, and gets its own when all is
 * written, its checksums last. Only its owner may look into it.
 * @throws Error in one line when the place is taken.
 */
export async function writeFolder(place: string, fill: (folder: string) => Promise<void>): Promise<string> {
  const folder = resolve(place);
  if (await exists(folder)) throw new Error(`${folder} exists already: name a new folder.`);
  if (!(await exists(dirname(folder)))) throw new Error(`${dirname(folder)} does not exist: make it first.`);
  const unfinished = await mkdtemp(join(dirname(folder), `${basename(folder)}.unfinished-`));
  try {
    await fill(unfinished);
    await writeSums(unfinished);
    await syncFolder(unfinished);
    await rename(unfinished, folder);
    await syncFolder(dirname(folder));
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw error;
  }
  return folder;
}

/** Writes a file that only its owner may read, and that outlasts a power failure. */
export async function writeWhole(path: string, text: string): Promise<void> {
  await writeFile(path, text, { mode: 0o600, flag: 'wx', flush: true });
}

async function writeSums(folder: string): Promise<void> {
  const names = (await readdir(folder)).sort();
  const lines: string[] = [];
  for (const name of names) lines.push(`${await sha256Of(join(folder, name))}  ${name}\n`);
  await writeWhole(join(folder, SUMS), lines.join(''));
}

/**
 * Checks every file of a folder against its checksums.
 * @returns the names of the files
 * @throws Error in one line that names what is missing or damaged.
 */
export async function checkFolder(folder: string): Promise<Set<string>> {
  const text = await readFile(join(folder, SUMS), 'utf8').catch(() => {
    throw new Error(`${folder} is no whole backup: it has no ${SUMS}.`);
  });
  const sums = new Map<string, string>();
  for (const line of text.split('\n').filter(Boolean)) {
    const [, sum, name] = /^([0-9a-f]{64}) {2}([\w.-]+)$/.exec(line) ?? [];
    if (!sum || !name) throw new Error(`${join(folder, SUMS)} is damaged.`);
    sums.set(name, sum);
  }
  for (const [name, sum] of sums) {
    const found = await sha256Of(join(folder, name)).catch(() => {
      throw new Error(`${join(folder, name)} is missing or cannot be read.`);
    });
    if (found !== sum) throw new Error(`${join(folder, name)} is damaged: it is not what was written.`);
  }
  return new Set(sums.keys());
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
