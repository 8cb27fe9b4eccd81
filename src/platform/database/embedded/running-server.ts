import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ADMINISTRATOR, readPassword } from './credentials-file.js';

/**
 * The administrator's connection to a server that another process of ours has started on this data folder.
 * @returns undefined when none is ready
 */
export async function runningServerUrl(dataDir: string): Promise<string | undefined> {
  const read = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');
  const home = (await read(join(dataDir, 'postgres-location'))).trim() || dataDir;
  const lines = (await read(join(home, 'postgres', 'postmaster.pid'))).split('\n');
  const password = await readPassword(dataDir);
  if (!password || lines[7]?.trim() !== 'ready') return undefined;
  return `postgresql://${ADMINISTRATOR}:${password}@127.0.0.1:${lines[3] ?? ''}/remit`;
}
