import { spawn, spawnSync } from 'node:child_process';
import { mkdir, readdir, readlink, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { InstanceRunningError, lockFolder } from '../../src/platform/administration/embedded/instance-lock.js';
import { isRunning } from '../../src/platform/administration/embedded/process-table.js';
import {
  exists,
  firstLine,
  folder,
  killGroup,
  postmasterOf,
  query,
  refusal,
  spawnRemit,
  start,
  until,
  withPassword,
} from '../support/embedded-servers.js';

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
