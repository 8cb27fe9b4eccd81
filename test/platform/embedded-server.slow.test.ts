import { once } from 'node:events';
import { chmod, mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { startEmbeddedServer } from '../../src/platform/administration/embedded/embedded-server.js';
import {
  asRoot,
  folder,
  postmasterOf,
  query,
  refusal,
  running,
  start,
  withPassword,
} from '../support/embedded-servers.js';

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
