import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { executablePath } from '../../src/platform/base/configuration.js';

const run = promisify(execFile);
const DEBIAN = '/usr/lib/postgresql';

/** Where pgbench is: on the path, or where Debian's packages put it. */
export function findPgbench(): string | undefined {
  const debian = existsSync(DEBIAN) ? readdirSync(DEBIAN).map((version) => join(DEBIAN, version, 'bin')) : [];
  const folders = [...(executablePath() ?? '').split(delimiter), ...debian.sort().reverse()];
  return folders.map((folder) => join(folder, 'pgbench')).find(existsSync);
}

export interface PgbenchRun {
  url: string;
  script: string;
  clients: number;
  /** Either how long, or how many transactions each client runs. */
  for: { seconds: number } | { transactions: number };
}

/** Runs a script with prepared statements and answers transactions a second, connecting left out. */
export async function pgbench(program: string, { url, script, clients, for: length }: PgbenchRun): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'remit-pgbench-'));
  try {
    const file = join(folder, 'script.sql');
    await writeFile(file, script);
    const duration = 'seconds' in length ? ['-T', String(length.seconds)] : ['-t', String(length.transactions)];
    const { hostname, port, username, password, pathname } = new URL(url);
    const { stdout } = await run(
      program,
      ['-n', '-M', 'prepared', '-c', String(clients), '-j', '2', ...duration, '-f', file],
      {
        env: {
          PGHOST: hostname,
          PGPORT: port,
          PGUSER: decodeURIComponent(username),
          PGPASSWORD: decodeURIComponent(password),
          PGDATABASE: pathname.slice(1),
        },
      },
    );
    const rate = /tps = ([\d.]+) \(without/.exec(stdout)?.[1];
    const failed = /number of failed transactions: (\d+)/.exec(stdout)?.[1];
    if (!rate || (failed !== undefined && failed !== '0')) throw new Error(`pgbench did not finish:\n${stdout}`);
    return Number(rate);
  } finally {
    await rm(folder, { recursive: true });
  }
}
