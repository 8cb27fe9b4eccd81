import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { ADMINISTRATOR } from './credentials-file.js';
import { hasCode } from '../../base/error-code.js';
import type { ServerProcess } from './server-process.js';

/** Replaying a long log after a crash takes minutes; a server that needs longer hangs. */
const LONGEST_RECOVERY_MS = 10 * 60_000;
const DATABASE = 'remit';

interface Target {
  cluster: string;
  port: number;
  passwords: readonly string[];
}

/** The server ended before it could be used. */
export class ServerEndedError extends Error {}

/**
 * Waits until the administrator can use the database `remit`, which is created if it is missing.
 *
 * @returns the password that the server has
 * @throws ServerEndedError when the process ends first.
 * @throws Error in one line when it refuses the administrator's password, or does not finish its recovery.
 */
export async function untilReady(target: Target, server: ServerProcess): Promise<string> {
  let ended: string | undefined;
  void server.exited.then((reason) => (ended = reason));
  const deadline = Date.now() + LONGEST_RECOVERY_MS;
  while (!(await saysReady(target.cluster, server.pid))) {
    if (ended !== undefined) throw new ServerEndedError(`PostgreSQL did not start (${ended}).`);
    if (Date.now() > deadline) throw new Error('PostgreSQL does not finish its recovery; see its log.');
    await sleep(10);
  }
  let refused: unknown;
  for (const password of target.passwords)
    try {
      await useDatabase(target.port, password);
      return password;
    } catch (error) {
      if (!hasCode(error, '28P01')) throw error;
      refused = error;
    }
  throw new Error('The database refuses the password in credentials.json: restore the file that belongs to it.', {
    cause: refused,
  });
}

/**
 * Whether this very process says so in its file. Trying to connect would not do as a first sign: each refusal fills
 * the log, and on a port that it could not get, another server with the same password, a copy of it, may answer.
 */
async function saysReady(cluster: string, pid: number | undefined): Promise<boolean> {
  const lines = (await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
  return Number(lines[0]) === pid && lines[7]?.trim() === 'ready';
}

async function useDatabase(port: number, password: string): Promise<void> {
  await withClient(port, password, 'postgres', async (client) => {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  });
  await withClient(port, password, DATABASE, (client) => client.query('SELECT 1'));
}

async function withClient(
  port: number,
  password: string,
  database: string,
  work: (client: Client) => Promise<unknown>,
): Promise<void> {
  const client = new Client({
    host: '127.0.0.1',
    port,
    user: ADMINISTRATOR,
    password,
    database,
    // Not what PGSSLMODE says, which is meant for other servers.
    ssl: false,
    connectionTimeoutMillis: 30_000,
  });
  // A connection that breaks while it is idle must not end our process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await work(client);
  } finally {
    await client.end();
  }
}
