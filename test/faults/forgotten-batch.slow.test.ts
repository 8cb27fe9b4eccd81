import { rm } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { ReportingModule } from '../../src/modules/reporting/reporting.module.js';
import {
  startEmbeddedServer,
  type EmbeddedServer,
} from '../../src/platform/administration/embedded/embedded-server.js';
import { prepareDatabase } from '../../src/platform/administration/prepare-database.js';
import { Kernel } from '../../src/platform/kernel/kernel.js';
import { ReadModels } from '../../src/platform/projections/read-models.js';
import { declarations } from '../../src/platform/start.js';
import { CaseStory } from '../modules/reporting/samples.js';
import { asServerAdministrator } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { ForeignLog } from '../support/log.js';
import { newFolder } from '../support/faults/deployments.js';
import { startModule, type TestModule } from '../support/module.js';
import { Hold } from '../support/probe/hold.js';

/** Some batches are on the disk before the server is killed. */
const TRIES = 20;

describe('a batch that PostgreSQL forgets in a crash', () => {
  let folder: string;
  let server: EmbeddedServer;
  let reporting: TestModule;
  beforeEach(async () => {
    folder = await newFolder();
    server = await startEmbeddedServer({ dataDir: folder });
    const connections = await prepareDatabase(server.url, declarations());
    await asServerAdministrator(async (admin) => {
      await admin.query(`ALTER SYSTEM SET wal_writer_delay = '10s'`);
      await admin.query(`ALTER SYSTEM SET wal_writer_flush_after = '1GB'`);
      // Otherwise the renewal of a lease waits for the disk, and takes along what was committed before it.
      await admin.query('ALTER ROLE remit_reporting SET synchronous_commit = off');
      await admin.query('SELECT pg_reload_conf()');
    }, server.url);
    const database = { url: server.url, connections, drop: () => Promise.resolve() };
    reporting = await startModule(ReportingModule, { database });
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await reporting.stop();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('is applied for nobody who waits until it is applied again', async () => {
    const { delivery } = reporting.app.get(Kernel);
    const readModels = reporting.app.get(ReadModels, { strict: false });
    const read = delivery.reader.read.bind(delivery.reader);
    const reading = jest.spyOn(delivery.reader, 'read');
    const applied = (eventId: string): Promise<boolean> =>
      eventually(
        () => readModels.waitFor('case-dossier', eventId, 0).catch(() => undefined),
        (answer) => answer !== undefined,
      ).then((answer) => answer === true);
    for (let time = 0; time < TRIES; time += 1) {
      const story = new CaseStory();
      const registered = story.registered([]);
      const passed = { ...story.amended({ title: 'Unheard' }), contract: { type: 'NobodyHears', version: 1 } };
      const log = new ForeignLog(reporting.database.connections, () => {
        delivery.committed();
      });
      const [, eventId = ''] = await log.appendTogether([registered, passed]);
      await log.close();
      expect(await readModels.waitFor('case-dossier', eventId, 20_000)).toBe(true);
      // The process cannot see that the server has crashed.
      const hold = new Hold();
      reading.mockImplementation(async (...asked) => {
        await hold.wait();
        return read(...asked);
      });
      await crash();
      const isLost = (await rowsOf(story.caseId)) === 0;
      const early = await applied(eventId);
      hold.release();
      reading.mockImplementation(read);
      expect(early).toBe(!isLost);
      expect(await eventually(() => applied(eventId), Boolean)).toBe(true);
      expect(await rowsOf(story.caseId)).toBe(1);
      if (isLost) return;
    }
    throw new Error('No batch was lost.');
  });

  const rowsOf = (caseId: string): Promise<number> =>
    asServerAdministrator(
      async (admin) =>
        (await admin.query('SELECT FROM reporting.case_dossier WHERE case_id = $1', [caseId])).rowCount ?? 0,
      server.url,
    );

  /** Kills a backend: the server ends all others and recovers from what is on the disk. */
  async function crash(): Promise<void> {
    const client = new pg.Client({ connectionString: server.url });
    const lost = new Promise((resolve) => client.on('error', resolve));
    await client.connect();
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    process.kill(rows[0]?.pid ?? 0, 'SIGKILL');
    await lost;
    await eventually(
      () => asServerAdministrator((admin) => admin.query('SELECT'), server.url).catch(() => undefined),
      (answer) => answer !== undefined,
    );
  }
});
