import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { ADMINISTRATOR, readPasswords } from './credentials-file.js';
import { hasCode } from '../../base/error-code.js';

/**
 * The administrator's connection to a server that a process of ours has started on this data folder.
 * @returns undefined when none is ready
 */
export async function runningServerUrl(dataDir: string): Promise<string | undefined> {
  const read = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');
  const home = (await read(join(dataDir, 'postgres-location'))).trim() || dataDir;
  const lines = (await read(join(home, 'postgres', 'postmaster.pid'))).split('\n');
  const passwords = await readPasswords(dataDir);
  if (lines[7]?.trim() !== 'ready') return undefined;
  const urls = passwords.map((each) => `postgresql://${ADMINISTRATOR}:${each}@127.0.0.1:${lines[3] ?? ''}/remit`);
  const [first, next] = urls;
  // A rotation is under way or was interrupted: only the server knows which password it has.
  return next !== undefined && (await admits(next)) ? next : first;
}

async function admits(connectionString: string): Promise<boolean> {
  const client = new pg.Client({ connectionString });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch (error) {
    if (hasCode(error, '28P01')) return false;
    throw error;
  } finally {
    await client.end();
  }
}
