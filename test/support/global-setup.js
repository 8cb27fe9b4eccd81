import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedServer } from '../../dist/src/platform/administration/embedded/embedded-server.js';
import { prepareDatabase } from '../../dist/src/platform/administration/prepare-database.js';
import { declarations } from '../../dist/src/platform/start.js';
import { JourneySetup } from './journey-setup.js';
import { prepareProbeTemplate } from './probe/prepare-template.js';

/**
 * One server for the whole run, with migrated templates that each test clones in a few milliseconds: one of the
 * application, one of the platform with modules that only its tests know. Commits need not survive a crash of this
 * machine here; tests that kill a server start one of their own, with every protection on.
 */
export default async function setUp() {
  const dataDir = await mkdtemp(join(tmpdir(), 'remit-test-'));
  // As root the server runs as another user, who must be able to pass through.
  await chmod(dataDir, 0o755);
  const server = await startEmbeddedServer({
    dataDir,
    settings: { fsync: 'off', synchronous_commit: 'off', max_connections: '400' },
  });
  const declared = declarations();
  await prepareDatabase(await create(server, 'remit_template'), declared);
  const platform = declared.find(({ module }) => module === 'platform');
  await prepareProbeTemplate(await create(server, 'remit_probe_template'), platform);
  process.env.REMIT_TEST_DATABASE_URL = server.url;
  const name = () => `journey_${randomBytes(8).toString('hex')}`;
  const journeys = new JourneySetup(() => create(server, `${name()} TEMPLATE remit_template`));
  process.env.REMIT_TEST_JOURNEYS = await journeys.listen();
  globalThis.remitTestServer = { server, dataDir, journeys };
}

async function create(server, name) {
  const admin = new pg.Client({ connectionString: server.url });
  await admin.connect();
  await admin.query(`CREATE DATABASE ${name}`);
  await admin.end();
  const url = new URL(server.url);
  url.pathname = `/${name.split(' ')[0]}`;
  return url.toString();
}
