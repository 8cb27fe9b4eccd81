import { access, chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { variableOf } from '../../src/platform/database/module-variables.js';
import { asServerAdministrator, cloneDatabase } from '../support/database.js';
import { RemitProcess, runScript as run, type Ran } from '../support/process.js';

const oneLine = (text: string): boolean => /^[^\n]+\n$/.test(text);

describe('starting and stopping', () => {
  let dataDir: string;
  let remit: RemitProcess;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'remit-start-'));
    await chmod(dataDir, 0o755);
    remit = await RemitProcess.start(dataDir);
  });
  afterAll(async () => {
    await remit.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('refuses a second instance on the same folder in one line, and leaves the first alone', async () => {
    const second = await run('dist/src/main.js', [], { REMIT_DATA_DIR: dataDir, PORT: '0', LOG_LEVEL: 'silent' });
    expect(second.code).toBe(1);
    expect(oneLine(second.stderr)).toBe(true);
    expect(second.stderr).toContain(dataDir);
    expect((await fetch(`${remit.baseUrl}/readyz`)).status).toBe(200);
  });

  it.each([
    [{ DATABASE_URL: 'postgresql://a:secret@127.0.0.1:1/x' }, 'OIDC_ISSUER'],
    [{ REMIT_DEV: '1', NODE_ENV: 'production', OIDC_ISSUER: 'https://issuer.example' }, 'REMIT_DEV'],
    [{ REMIT_DATA_DIR: '/dev/null/remit' }, 'REMIT_DATA_DIR'],
    [{ OIDC_ISSUER: 'http://127.0.0.1:1', REMIT_IDENTITY_MAPPING: '/nowhere' }, 'REMIT_IDENTITY_MAPPING'],
  ] as [Record<string, string>, string][])('refuses %j in one line that names the variable', async (wrong, name) => {
    const refused = await run('dist/src/main.js', [], { REMIT_DATA_DIR: join(dataDir, 'unused'), ...wrong });
    expect(refused.code).toBe(1);
    expect(oneLine(refused.stderr)).toBe(true);
    expect(refused.stderr).toContain(name);
    expect(refused.stderr).not.toContain('secret');
  });

  it('says of a server that it cannot reach what to do, and never the password', async () => {
    const environment = { DATABASE_URL: 'postgresql://a:secret@127.0.0.1:1/x', REMIT_DEV: '1', LOG_LEVEL: 'silent' };
    const { code, stderr } = await run('dist/src/main.js', [], environment);
    const reason = 'DATABASE_URL (127.0.0.1:1/x): nothing answers there. Start the server, or correct host and port.';
    expect([code, stderr]).toEqual([1, `remit: ${reason} (ECONNREFUSED)\n`]);
  });

  it('refuses a port that is taken in one line, and leaves nothing behind', async () => {
    const { port } = new URL(remit.baseUrl);
    const other = join(dataDir, 'other');
    const refused = await run('dist/src/main.js', [], { REMIT_DATA_DIR: other, PORT: port, LOG_LEVEL: 'silent' });
    expect([refused.code, refused.stderr]).toEqual([
      1,
      `remit: cannot listen at 127.0.0.1:${port}: another program listens there. Stop it, or set PORT to a free one.\n`,
    ]);
    await expect(access(join(other, 'postgres', 'postmaster.pid'))).rejects.toThrow('ENOENT');
  });

  it('tells the state of every schema while the application runs', async () => {
    const printed = await run('dist/src/cli/remit.js', ['db', 'status'], { REMIT_DATA_DIR: dataDir });
    expect(printed).toMatchObject({ code: 0, stderr: '' });
    expect(printed.stdout).toMatch(/case_registry +\d+ run +up to date/);
  });

  it('tells the state of every schema, the log’s too, by the connections of the modules alone', async () => {
    const database = await cloneDatabase();
    const given = Object.fromEntries([...database.connections].map(([module, url]) => [variableOf(module), url]));
    const status = (): Promise<Ran> => run('dist/src/cli/remit.js', ['db', 'status'], given);
    const printed = await status();
    expect(printed).toMatchObject({ code: 0, stderr: '' });
    expect(printed.stdout.match(/ run +up to date$/gm)).toHaveLength(database.connections.size);
    expect(printed.stdout).toMatch(/^bus +\d+ run +up to date$/m);
    await asServerAdministrator((admin) => admin.query(`DELETE FROM bus.schema_migration WHERE name LIKE 'Retired%'`), database.url); // prettier-ignore
    const behind = await status();
    expect([behind.code, behind.stderr]).toEqual([1, '']);
    expect(behind.stdout).toMatch(/^bus +\d+ run +1 to run \(Retired\w+\)$/m);
    const { REMIT_DB_PARTY_URL: _, ...others } = given;
    const missing = await run('dist/src/cli/remit.js', ['db', 'status'], others);
    expect([missing.code, missing.stderr]).toEqual([1, expect.stringContaining('REMIT_DB_PARTY_URL is missing')]);
    await database.drop();
  });

  it('ends cleanly on SIGTERM and starts again on what it left', async () => {
    const { body } = await remit
      .as('intake_ines')
      .post<{ partyId: string }>('/parties', { kind: 'ORGANISATION', legalName: 'Weir Paper Ltd' });
    expect(await remit.stop()).toBe(0);
    remit = await RemitProcess.start(dataDir);
    const read = await remit.as('intake_ines').get(`/parties/${body.partyId}`);
    expect(read.body).toMatchObject({ legalName: 'Weir Paper Ltd' });
  });
});
