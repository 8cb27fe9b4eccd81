import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';

/** Kills the server's first process and leaves its backends to themselves. */
export async function killPostmaster(cluster: string): Promise<void> {
  const [pid] = (await readFile(join(cluster, 'postmaster.pid'), 'utf8')).split('\n');
  process.kill(Number(pid), 'SIGKILL');
}

/** Kills one backend of the application; the server then ends all others and recovers from its log. */
export async function killBackend(admin: pg.Client): Promise<void> {
  const { rows } = await admin.query<{ pid: number }>(
    `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'remit %'
     ORDER BY state_change DESC LIMIT 1`,
  );
  const [backend] = rows;
  if (!backend) throw new Error('The application has no connection.');
  process.kill(backend.pid, 'SIGKILL');
}
