import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runningServerUrl } from '../../src/platform/administration/embedded/running-server.js';
import { presentConnections } from '../../src/platform/administration/prepare-database.js';
import { declarations } from '../../src/platform/start.js';
import { asServerAdministrator } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { OwnServer } from '../support/faults/deployments.js';
import { RemitProcess } from '../support/process.js';

const run = promisify(execFile);

describe('credentials rotated under load', () => {
  let dataDir: string;
  let remit: RemitProcess;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'remit-rotate-'));
    await chmod(dataDir, 0o755);
    remit = await RemitProcess.start(dataDir);
  });
  afterAll(async () => {
    await remit.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  const rotate = (): Promise<unknown> =>
    run(process.execPath, ['dist/src/cli/remit.js', 'db', 'rotate-credentials'], {
      env: { PATH: process.env.PATH ?? '', REMIT_DATA_DIR: dataDir },
    });
  const registerParty = async (): Promise<number> => {
    const { status } = await remit
      .as('intake_ines')
      .post('/parties', { kind: 'ORGANISATION', legalName: 'Weir Paper Ltd' });
    return status;
  };
  const passwords = async (): Promise<string[]> => {
    const url = (await runningServerUrl(dataDir)) ?? '';
    return [url, ...(await presentConnections(url, declarations())).values()];
  };
  const connect = (url: string): Promise<unknown> => asServerAdministrator((client) => client.query('SELECT 1'), url);

  it('fails no request, though every connection that is opened afterwards needs another password', async () => {
    const before = await passwords();
    expect(await registerParty()).toBe(201);
    const answers: number[] = [];
    let done = false;
    const writer = async (): Promise<void> => {
      while (!done) answers.push(await registerParty());
    };
    const first = writer();
    await rotate();
    // Far more at once than there were connections: the pools open new ones now.
    const more = Array.from({ length: 16 }, writer);
    await rotate();
    done = true;
    await Promise.all([first, ...more]);
    expect(answers.length).toBeGreaterThan(16);
    expect(new Set(answers)).toEqual(new Set([201]));

    const after = await passwords();
    for (const [index, url] of before.entries()) {
      expect(after[index]).not.toBe(url);
      await expect(connect(url)).rejects.toMatchObject({ code: '28P01' });
      await connect(after[index] ?? '');
    }
  });

  it('was not needed for a restart, nor is it noticed that the last rotation was cut short', async () => {
    expect(await remit.stop()).toBe(0);
    const file = join(dataDir, 'credentials.json');
    const { administrator, ...others } = JSON.parse(await readFile(file, 'utf8')) as {
      administrator: { user: string; password: string };
    };
    const cutShort = {
      ...others,
      administrator: { ...administrator, password: 'older', next: administrator.password },
    };
    await writeFile(file, JSON.stringify(cutShort));
    remit = await RemitProcess.start(dataDir);
    expect(await registerParty()).toBe(201);
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ ...others, administrator });
  });
});

describe('credentials of a given server, rotated while two replicas serve', () => {
  let server: OwnServer;
  let replicas: RemitProcess[] = [];
  beforeAll(async () => {
    server = await OwnServer.start();
    const environment = { ...server.environment, LOG_LEVEL: 'info' };
    replicas = await Promise.all([RemitProcess.start('', environment), RemitProcess.start('', environment)]);
  });
  afterAll(async () => {
    await Promise.all(replicas.map((each) => each.stop()));
    await server.close();
  });

  it('fails no request of either, and each finds the new ones by itself', async () => {
    const before = [...(await presentConnections(await server.url(), declarations())).values()];
    const answers: number[] = [];
    let done = false;
    const writer = async (replica: RemitProcess): Promise<void> => {
      while (!done) {
        const party = { kind: 'ORGANISATION', legalName: 'Weir Paper Ltd' };
        answers.push((await replica.as('intake_ines').post('/parties', party)).status);
      }
    };
    const load = replicas.map(writer);
    const environment = { PATH: process.env.PATH ?? '', DATABASE_URL: await server.url(), REMIT_DEV: '1' };
    await run(process.execPath, ['dist/src/cli/remit.js', 'db', 'rotate-credentials'], { env: environment });
    // Far more at once than there were connections: both open new ones now.
    for (const replica of replicas) load.push(...Array.from({ length: 12 }, () => writer(replica)));
    const count = answers.length;
    await eventually(() => answers.length, (length) => length > count + 200); // prettier-ignore
    done = true;
    await Promise.all(load);
    expect(answers.filter((status) => status !== 201)).toEqual([]);
    for (const url of before)
      await expect(asServerAdministrator((client) => client.query('SELECT 1'), url)).rejects.toMatchObject({
        code: '28P01',
      });
  });
});
