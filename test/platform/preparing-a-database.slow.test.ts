import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import {
  startEmbeddedServer,
  type EmbeddedServer,
} from '../../src/platform/administration/embedded/embedded-server.js';
import { checkDatabase, prepareDatabase } from '../../src/platform/administration/prepare-database.js';
import type { Connections } from '../../src/platform/database/module-variables.js';
import { provisionRoles } from '../../src/platform/administration/provision.js';
import { declarations } from '../../src/platform/start.js';
import { asServerAdministrator } from '../support/database.js';

describe('preparing a database', () => {
  const declared = declarations();
  let dataDir: string;
  let server: EmbeddedServer;
  let url: string;
  let both: Connections[];

  const create = async (name: string, template = 'template1'): Promise<string> => {
    await asServerAdministrator((admin) => admin.query(`CREATE DATABASE ${name} TEMPLATE ${template}`), server.url);
    const created = new URL(server.url);
    created.pathname = `/${name}`;
    return created.toString();
  };
  const administer = (sql: string, at = url): Promise<pg.QueryResult> =>
    asServerAdministrator((admin) => admin.query(sql), at);
  const asModule = (connections: Connections, sql: string): Promise<pg.QueryResult> =>
    asServerAdministrator((client) => client.query(sql), connections.get('party'));
  /** What is sent to the server meanwhile. */
  const statementsOf = async (work: () => Promise<unknown>): Promise<string> => {
    const query = jest.spyOn(pg.Client.prototype, 'query');
    await work();
    const texts = query.mock.calls.map(([statement]) => JSON.stringify(statement));
    query.mockRestore();
    return texts.join('\n');
  };

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'remit-prepare-'));
    await chmod(dataDir, 0o755);
    server = await startEmbeddedServer({ dataDir, settings: { fsync: 'off', synchronous_commit: 'off' } });
    url = await create('fresh');
    both = await Promise.all([prepareDatabase(url, declared), prepareDatabase(url, declared)]);
  });
  afterAll(async () => {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('may be done by two processes at once on a fresh server, which then connect alike', async () => {
    const [one, other] = both;
    expect(one?.size).toBe(declared.length);
    expect(other).toEqual(one);
    const { rows } = await asModule(one ?? new Map(), 'SELECT name FROM schema_migration');
    expect(rows.length).toBeGreaterThan(1);
  });

  it('changes nothing when there is nothing to do', async () => {
    const sent = await statementsOf(() => prepareDatabase(url, declared));
    expect(sent).toMatch(/SELECT/);
    expect(sent).not.toMatch(/\b(CREATE|ALTER|GRANT|REVOKE|COMMENT|DROP|INSERT|UPDATE|DELETE)\b/);
  });

  it('leaves the roles alone that are as they should be, though another database has other modules', async () => {
    const some = declared.slice(0, 2);
    const second = await create('second');
    const sent = await statementsOf(() => prepareDatabase(second, some));
    expect(sent).toMatch(/CREATE SCHEMA/);
    expect(sent).not.toMatch(/(CREATE|ALTER|COMMENT ON) ROLE/);
    const again = await statementsOf(() => prepareDatabase(url, declared));
    expect(again).not.toMatch(/ROLE/);
  });

  it('is refused in one line to code that is older than the database, and changes nothing', async () => {
    await administer(`INSERT INTO party.schema_migration (timestamp, name) VALUES (9, 'FromTheFuture9')`);
    const refused = prepareDatabase(url, declared);
    await expect(refused).rejects.toThrow(
      /^The schema party was migrated by a newer version \(FromTheFuture9\)\.[^\n]*$/,
    );
    await administer(`DELETE FROM party.schema_migration WHERE name = 'FromTheFuture9'`);
    expect(await prepareDatabase(url, declared)).toEqual(both[0]);
  });

  it('mends the grants when it ended after the migrations and before the grants', async () => {
    await administer('REVOKE ALL ON party.party FROM remit_party; COMMENT ON SCHEMA bus IS NULL');
    const connections = await prepareDatabase(url, declared);
    expect((await asModule(connections, 'SELECT count(*) FROM party')).rowCount).toBe(1);
  });

  it('mends a module’s roles when they were left half done', async () => {
    await administer(`ALTER ROLE remit_party PASSWORD 'another'; COMMENT ON ROLE remit_party IS NULL`);
    const connections = await prepareDatabase(url, declared);
    expect((await asModule(connections, 'SELECT 1')).rowCount).toBe(1);
  });

  it('shuts out everybody from a copy, which brings all marks along but not the privileges of the database', async () => {
    const isOpen = `SELECT has_database_privilege('public', current_database(), 'CONNECT, TEMPORARY') AS open`;
    const copy = await create('copy', 'fresh');
    expect((await administer(isOpen, copy)).rows).toEqual([{ open: true }]);
    const connections = await prepareDatabase(copy, declared);
    expect((await administer(isOpen, copy)).rows).toEqual([{ open: false }]);
    expect((await asModule(connections, 'SELECT count(*) FROM party')).rowCount).toBe(1);
  });

  it('takes the connection that is given for a module in place of its own', async () => {
    const connections = await prepareDatabase(url, declared, { party: 'postgres://elsewhere/remit' });
    expect(connections.get('party')).toBe('postgres://elsewhere/remit');
    expect(connections.get('platform')).toBe(both[0]?.get('platform'));
  });

  it('needs the administrator’s password, because the modules’ are derived from it', async () => {
    const without = new URL(url);
    without.password = '';
    await expect(prepareDatabase(without.toString(), declared)).rejects.toThrow(/password/);
  });

  it('is refused on PostgreSQL 14', async () => {
    const rows = [{ version: 140_011, superuser: true, roles: {} }];
    const old = { query: () => Promise.resolve({ rows }) } as unknown as pg.Client;
    await expect(provisionRoles(old, declared, 'secret')).rejects.toThrow('PostgreSQL 15 or newer is needed.');
  });

  describe('by somebody else', () => {
    const given = (): Record<string, string> => Object.fromEntries(both[0] ?? []);

    it('is checked: every module connects to a schema that is as this code wants it', async () => {
      expect(await checkDatabase(given(), declared)).toEqual(both[0]);
    });

    it('names the variable that is missing', async () => {
      const { 'case-registry': _, ...others } = given();
      const missing = 'REMIT_DB_CASE_REGISTRY_URL is missing: without DATABASE_URL each module needs its own.';
      await expect(checkDatabase(others, declared)).rejects.toThrow(missing);
    });

    it('says which schema is behind and what to do, and runs nothing', async () => {
      const { rows } = await administer('SELECT * FROM party.schema_migration ORDER BY id DESC LIMIT 1');
      const [last] = rows as { id: number; timestamp: string; name: string }[];
      await administer(`DELETE FROM party.schema_migration WHERE id = ${last?.id ?? 0}`);
      const behind = 'The schema party is behind: run "remit db migrate" as an administrator first.';
      await expect(checkDatabase(given(), declared)).rejects.toThrow(behind);
      await administer(
        `INSERT INTO party.schema_migration (id, timestamp, name) VALUES (${last?.id ?? 0}, ${last?.timestamp ?? 0}, '${last?.name ?? ''}')`,
      );
      await expect(checkDatabase(given(), declared)).resolves.toEqual(both[0]);
    });

    it('is refused to code that is older than a schema', async () => {
      await administer(`INSERT INTO party.schema_migration (timestamp, name) VALUES (9, 'FromTheFuture9')`);
      await expect(checkDatabase(given(), declared)).rejects.toThrow('newer version (FromTheFuture9)');
      await administer(`DELETE FROM party.schema_migration WHERE name = 'FromTheFuture9'`);
    });
  });
});
