import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { executablePath } from '../../base/configuration.js';

/** An unprivileged user of the machine. */
export interface ServerAccount {
  name: string;
  uid: number;
  gid: number;
}

/**
 * Whom PostgreSQL runs as: nobody else than ourselves (undefined), unless we are root, whom it refuses. Then it is an
 * account that the machine has already, since initdb looks its own up in the list of users and none is ever added.
 *
 * @throws Error in one line when we are root and the machine has no such account.
 */
export async function serverAccount(passwd = '/etc/passwd'): Promise<ServerAccount | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const accounts = (await readFile(passwd, 'utf8')).split('\n').map((line) => line.split(':'));
  for (const wanted of ['postgres', 'nobody']) {
    const [name, , uid, gid] = accounts.find((fields) => fields[0] === wanted) ?? [];
    if (name !== undefined && Number(uid) > 0) return { name, uid: Number(uid), gid: Number(gid) };
  }
  throw new Error(
    `PostgreSQL refuses to run as root, and ${passwd} has neither "postgres" nor "nobody": run Remit as an ordinary user.`,
  );
}

/**
 * What a PostgreSQL program is started with: the account, a folder that every account may be in, and next to nothing
 * of our environment, which may hold secrets and PG* variables that mean another server.
 */
export const asServer = (account: ServerAccount | undefined) => ({
  ...(account && { uid: account.uid, gid: account.gid }),
  cwd: '/',
  env: { PATH: executablePath(), LC_ALL: 'C' },
});

const execute = promisify(execFile);

/**
 * Runs a program of PostgreSQL to its end and returns what it printed.
 * @throws Error with what it printed on its error output, or why it could not be run.
 */
export async function runProgram(program: string, args: string[], account?: ServerAccount): Promise<string> {
  try {
    return (await execute(program, args, asServer(account))).stdout.trim();
  } catch (error) {
    const { stderr = '', message } = error as Error & { stderr?: string };
    throw new Error(`${program} failed: ${stderr.trim() || message}`, { cause: error });
  }
}
