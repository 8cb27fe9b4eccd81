import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  readlink,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { startEmbeddedServer, type EmbeddedServer } from '../../src/platform/database/embedded/embedded-server.js';
import { InstanceRunningError, lockFolder } from '../../src/platform/database/embedded/instance-lock.js';
import { isRunning } from '../../src/platform/database/embedded/process-table.js';

const asRoot = process.getuid?.() === 0 ? test : test.skip;
const compiled = new URL('../../dist/src/platform/database/embedded/embedded-server.js', import.meta.url).href;

let folder: string;
const running: EmbeddedServer[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'remit-embedded-'));
  // As root the server runs as somebody else, who has to get there.
  await chmod(folder, 0o755);
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const start = async (name: string, log?: (line: string) => void): Promise<EmbeddedServer> => {
  const server = await startEmbeddedServer({ dataDir: join(folder, name), ...(log && { log }) });
  running.push(server);
  return server;
};

const query = async (url: string, sql: string): Promise<unknown[]> => {
  const client = new Client({ connectionString: url });
  try {
    await client.connect();
    return (await client.query<Record<string, unknown>>(sql)).rows.map((row) => Object.values(row)[0]);
  } finally {
    await client.end();
  }
};

const withPassword = (url: string, password: string): string => {
  const other = new URL(url);
  other.password = password;
  return other.toString();
};

const refusal = async (work: Promise<unknown>): Promise<Error> => {
  try {
    await work;
  } catch (error) {
    return error as Error;
  }
  throw new Error('It was not refused.');
};

const until = async (condition: () => Promise<boolean>): Promise<void> => {
  while (!(await condition())) await sleep(5);
};

/** A Remit of its own, as the leader of its own process group, that prints a line when its script says so. */
const spawnRemit = (name: string, script: string): ChildProcess =>
  spawn(
    process.execPath,
    [
      '--input-type=module',
      '--eval',
      `import { Client } from 'pg';
       import { startEmbeddedServer } from ${JSON.stringify(compiled)};
       const server = await startEmbeddedServer({ dataDir: ${JSON.stringify(join(folder, name))} });
       ${script}`,
    ],
    { detached: true, stdio: ['ignore', 'pipe', 'inherit'] },
  );

const killGroup = async (child: ChildProcess): Promise<void> => {
  process.kill(-(child.pid ?? NaN), 'SIGKILL');
  await once(child, 'exit');
};

describe('A data folder', () => {
  test('gets a cluster, and credentials that only their owner may read, at the first start', async () => {
    const server = await start('plain');
    expect(server.created).toBe(true);
    const { mode } = await stat(join(folder, 'plain/credentials.json'));
    expect(mode & 0o777).toBe(0o600);
    const { administrator } = JSON.parse(await readFile(join(folder, 'plain/credentials.json'), 'utf8')) as {
      administrator: { user: string; password: string };
    };
    expect(new URL(server.url)).toMatchObject({
      username: administrator.user,
      password: administrator.password,
      hostname: '127.0.0.1',
      pathname: '/remit',
    });
    expect((await readdir(join(folder, 'plain'))).filter((name) => name.includes('initdb'))).toEqual([]);
  });

  test('keeps what was committed and the credentials from one start to the next', async () => {
    const first = await start('plain');
    await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await first.stop();
    const second = await start('plain');
    expect(second).toMatchObject({ created: false, url: first.url });
    expect(await query(second.url, 'SELECT answer FROM kept')).toEqual([42]);
  });

  test('is given back by a stop, which may be asked for twice', async () => {
    const server = await start('plain');
    await Promise.all([server.stop(), server.stop()]);
    await server.stop();
    const left = await readdir(join(folder, 'plain'));
    expect(left).not.toContain('remit.lock');
    expect(await readdir(join(folder, 'plain/postgres'))).not.toContain('postmaster.pid');
  });

  test('is refused with the reason when its credentials are gone', async () => {
    const server = await start('without-credentials');
    await server.stop();
    await rm(join(folder, 'without-credentials/credentials.json'));
    expect((await refusal(start('without-credentials'))).message).toMatch(/credentials\.json is missing.*backup\.$/);
    expect(await readdir(join(folder, 'without-credentials'))).not.toContain('remit.lock');
  });

  test('of another major version is refused in one line and left as it is', async () => {
    const cluster = join(folder, 'older/postgres');
    await mkdir(cluster, { recursive: true });
    await writeFile(join(cluster, 'PG_VERSION'), '17\n');
    const { message } = await refusal(start('older'));
    expect(message).toMatch(/made by PostgreSQL 17, and this is 18.*dump it.*restore the dump\.$/);
    expect(message).not.toContain('\n');
    expect(await readdir(cluster)).toEqual(['PG_VERSION']);
  });

  asRoot('behind a folder that the server may not pass is refused with the command that mends it', async () => {
    const server = await start('closed/data');
    await server.stop();
    await chmod(join(folder, 'closed'), 0o700);
    const { message } = await refusal(start('closed/data'));
    expect(message).toContain(`run "chmod o+x ${join(folder, 'closed')}"`);
    await chmod(join(folder, 'closed'), 0o711);
    expect((await start('closed/data')).created).toBe(false);
  });
});

describe('The server', () => {
  test('lets the administrator in with the right password only, over TCP on the loopback address', async () => {
    const server = await start('plain');
    expect(await query(server.url, 'SELECT usesuper FROM pg_user WHERE usename = current_user')).toEqual([true]);
    expect(await query(server.url, 'SHOW password_encryption')).toEqual(['scram-sha-256']);
    expect(await query(server.url, 'SHOW listen_addresses')).toEqual(['127.0.0.1']);
    expect(await query(server.url, 'SHOW unix_socket_directories')).toEqual(['']);
    expect(await query(server.url, 'SELECT DISTINCT auth_method FROM pg_hba_file_rules')).toEqual(['scram-sha-256']);
    expect(await refusal(query(withPassword(server.url, 'guessed'), 'SELECT 1'))).toMatchObject({ code: '28P01' });
  });

  test('is durable, sorts alike on every machine, and takes settings of the caller', async () => {
    const server = await startEmbeddedServer({ dataDir: join(folder, 'plain'), settings: { max_connections: '37' } });
    running.push(server);
    const settings = ['fsync', 'synchronous_commit', 'data_checksums', 'server_encoding', 'max_connections'];
    const values = await Promise.all(settings.map((name) => query(server.url, `SHOW ${name}`)));
    expect(values.flat()).toEqual(['on', 'on', 'on', 'UTF8', '37']);
    const locale = "SELECT format('%s %s', datlocprovider, datlocale) FROM pg_database WHERE datname = 'remit'";
    expect(await query(server.url, locale)).toEqual(['b C.UTF-8']);
  });

  test('keeps no statement and no value in its log', async () => {
    const server = await start('plain');
    await refusal(query(server.url, "SELECT 'topsecret'::integer"));
    await query(server.url, 'CREATE TABLE unique_value (value text PRIMARY KEY)');
    await refusal(query(server.url, "INSERT INTO unique_value VALUES ('topsecret'), ('topsecret')"));
    expect(await readFile(join(folder, 'plain/postgres.log'), 'utf8')).not.toContain('topsecret');
  });

  test('takes another free port when the one of the last run is taken', async () => {
    const first = await start('plain');
    await first.stop();
    const squatter = createServer().listen(first.port, '127.0.0.1');
    await once(squatter, 'listening');
    try {
      const second = await start('plain');
      expect(second.port).not.toBe(first.port);
      expect(await query(second.url, 'SELECT 1')).toEqual([1]);
    } finally {
      squatter.close();
    }
  });

  test('that cannot start tells why with the last lines of its log', async () => {
    const impossible = { dataDir: join(folder, 'plain'), settings: { shared_buffers: 'plenty' } };
    const { message } = await refusal(startEmbeddedServer(impossible));
    expect(message).toContain('invalid value for parameter "shared_buffers": "plenty"');
    expect((await start('plain')).created).toBe(false);
  });

  test('that ends by itself is reported, and the folder can still be given back', async () => {
    const server = await start('plain');
    const postmaster = await postmasterOf('plain');
    process.kill(postmaster, 'SIGKILL');
    expect(await server.ended).toMatch(/ended by itself \(signal SIGKILL\)/);
    await server.stop();
    expect((await start('plain')).created).toBe(false);
  });
});

describe('A second Remit on the same folder', () => {
  test('is refused in one line that names the first and the folder', async () => {
    await start('plain');
    const error = await refusal(start('plain'));
    expect(error).toBeInstanceOf(InstanceRunningError);
    expect(error.message).toContain(`already running on ${join(folder, 'plain')} (process ${process.pid})`);
    expect(error.message).not.toContain('\n');
  });

  test.each([
    ['has ended', () => `${spawnSync(process.execPath, ['--version']).pid}@a.1`],
    ['has ended and left its id to another', () => `${process.pid}@a.1`],
  ])('takes over when the first %s', async (_, holder) => {
    await symlink(holder(), join(folder, 'plain/remit.lock'));
    await start('plain');
    expect(await readlink(join(folder, 'plain/remit.lock'))).toMatch(new RegExp(`^${process.pid}@(?!a\\.1$)`));
  });

  test('succeeds alone of many that start at once, also when they find the lock of a dead one', async () => {
    const contested = join(folder, 'contested');
    await mkdir(contested);
    await symlink(`${process.pid}@a.1`, join(contested, 'remit.lock'));
    await symlink(`${process.pid}@a.2`, join(contested, `remit.lock.${process.pid}@a.1`));
    // One after another by a step, so that the later ones act on what they saw before the first succeeded.
    const attempt = async (steps: number): Promise<() => Promise<void>> => {
      for (let step = 0; step < steps; step++) await stat(contested);
      return lockFolder(contested);
    };
    const attempts = await Promise.allSettled(Array.from({ length: 20 }, (_, steps) => attempt(steps)));
    const won = attempts.flatMap((attempt) => (attempt.status === 'fulfilled' ? [attempt.value] : []));
    expect(won).toHaveLength(1);
    for (const attempt of attempts)
      if (attempt.status === 'rejected') expect(attempt.reason).toBeInstanceOf(InstanceRunningError);
    await won[0]?.();
    expect(await readdir(contested)).toEqual([]);
  });

  test('waits for nobody: it is refused while another removes the lock of a dead one', async () => {
    const contested = join(folder, 'claimed');
    await mkdir(contested);
    await symlink(`${process.pid}@a.1`, join(contested, 'remit.lock'));
    await symlink(`${process.pid}@`, join(contested, `remit.lock.${process.pid}@a.1`));
    expect(await refusal(lockFolder(contested))).toBeInstanceOf(InstanceRunningError);
    expect(await readlink(join(contested, 'remit.lock'))).toBe(`${process.pid}@a.1`);
  });
});

describe('After a SIGKILL', () => {
  test('of the process group and the postmaster, with a backend still at work, everything committed is there', async () => {
    const bystander = await start('bystander');
    const child = spawnRemit(
      'killed',
      `const client = new Client({ connectionString: server.url });
       client.on('error', () => undefined);
       await client.connect();
       await client.query('CREATE TABLE acknowledged AS SELECT 7 AS number');
       const { rows: [{ pid }] } = await client.query('SELECT pg_backend_pid() AS pid');
       // Unlike pg_sleep, this does not notice that the postmaster is gone.
       client.query('DO $$ BEGIN LOOP END LOOP; END $$').catch(() => undefined);
       const observer = new Client({ connectionString: server.url });
       await observer.connect();
       const active = "SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'DO %' AND pid = " + pid;
       while ((await observer.query(active)).rowCount === 0);
       process.stdout.write(pid + '\\n');`,
    );
    const backend = Number(await firstLine(child));
    const postmaster = await postmasterOf('killed');
    process.kill(postmaster, 'SIGKILL');
    await killGroup(child);
    await until(async () => !(await isRunning(postmaster)));
    expect(await isRunning(backend)).toBe(true);

    const lines: string[] = [];
    const server = await start('killed', (line) => lines.push(line));
    expect(lines.join('\n')).toMatch(/Ending \d+ PostgreSQL processes/);
    expect(await isRunning(backend)).toBe(false);
    expect(await query(server.url, 'SELECT number FROM acknowledged')).toEqual([7]);
    expect(await query(bystander.url, 'SELECT 1')).toEqual([1]);
  });

  test('of the application alone, the server that it left is shut down and started anew', async () => {
    const child = spawnRemit('killed', `process.stdout.write('ready\\n');`);
    await firstLine(child);
    const left = await postmasterOf('killed');
    await killGroup(child);
    expect(await isRunning(left)).toBe(true);
    const server = await start('killed');
    expect(await isRunning(left)).toBe(false);
    expect(await postmasterOf('killed')).not.toBe(left);
    expect(await query(server.url, 'SELECT number FROM acknowledged')).toEqual([7]);
  });

  test('the id of the postmaster may belong to anybody by now, who is left alone', async () => {
    const server = await start('plain');
    await server.stop();
    const cluster = join(folder, 'plain/postgres');
    const { uid, gid } = await stat(cluster);
    // Of the same user: PostgreSQL minds no others.
    const somebody = spawn('sleep', ['1000'], { uid, gid, cwd: '/', stdio: 'ignore' });
    try {
      await writeFile(join(cluster, 'postmaster.pid'), `${somebody.pid ?? ''}\n`);
      expect(await query((await start('plain')).url, 'SELECT 1')).toEqual([1]);
      expect(somebody.exitCode ?? somebody.signalCode).toBeNull();
    } finally {
      somebody.kill();
    }
  });

  test('during the first start, nothing half made is ever used', async () => {
    const child = spawnRemit('interrupted', '');
    const dataDir = join(folder, 'interrupted');
    const half = async (): Promise<string | undefined> =>
      (await readdir(dataDir).catch((): string[] => [])).find((name) => name.startsWith('postgres-initdb-'));
    await until(async () => {
      const name = await half();
      return name !== undefined && (await exists(join(dataDir, name, 'cluster/PG_VERSION')));
    });
    await killGroup(child);
    expect(await exists(join(dataDir, 'postgres'))).toBe(false);

    const server = await start('interrupted');
    expect(server.created).toBe(true);
    expect(await half()).toBeUndefined();
    expect(await refusal(query(withPassword(server.url, ''), 'SELECT 1'))).toBeInstanceOf(Error);
    expect(await query(server.url, 'SELECT 1')).toEqual([1]);
  });
});

const exists = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  );

const postmasterOf = async (name: string): Promise<number> =>
  Number.parseInt(await readFile(join(folder, name, 'postgres/postmaster.pid'), 'utf8'), 10);

const firstLine = async (child: ChildProcess): Promise<string> => {
  for await (const chunk of child.stdout ?? []) return String(chunk).trim();
  throw new Error('The process ended without a word.');
};
