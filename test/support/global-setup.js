import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedServer } from '../../dist/src/platform/database/embedded/embedded-server.js';
import { prepareDatabase } from '../../dist/src/platform/database/prepare-database.js';
import { declarations } from '../../dist/src/platform/start.js';

/**
 * One server for the whole run, with a migrated template that each test clones in a few milliseconds. Commits need
 * not survive a crash of this machine here; tests that kill a server start one of their own, with every protection on.
 */
export default async function setUp() {
  const dataDir = await mkdtemp(join(tmpdir(), 'remit-test-'));
  // As root the server runs as another user, who must be able to pass through.
  await chmod(dataDir, 0o755);
  const server = await startEmbeddedServer({
    dataDir,
    settings: { fsync: 'off', synchronous_commit: 'off', max_connections: '400' },
  });
  const template = new URL(server.url);
  template.pathname = '/remit_template';
  const admin = new pg.Client({ connectionString: server.url });
  await admin.connect();
  await admin.query('CREATE DATABASE remit_template');
  await admin.end();
  await prepareDatabase(template.toString(), declarations());
  process.env.REMIT_TEST_DATABASE_URL = server.url;
  globalThis.remitTestServer = { server, dataDir };
}
