import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedServer } from '../../src/platform/administration/embedded/embedded-server.js';
import { prepareDatabase } from '../../src/platform/administration/prepare-database.js';
import type { Connections } from '../../src/platform/database/module-variables.js';
import type { Declaration } from '../../src/platform/ownership/declaration.js';
import type { Cleanup } from '../run/cleanup.js';

/** A database on the bench's server, with an administrator who may look into it. */
export interface BenchDatabase {
  /** The administrator's. */
  url: string;
  /** By module name: each its own role. */
  connections: Connections;
  admin: pg.Pool;
}

/**
 * The bench's own PostgreSQL, with the settings that a user gets: fsync and synchronous_commit on. Commit times are
 * recorded besides, so that the time from one commit to the next can be told exactly and without looking on meanwhile.
 */
export class BenchServer {
  private constructor(
    readonly url: string,
    private readonly cleanup: Cleanup,
  ) {}

  static async start(cleanup: Cleanup): Promise<BenchServer> {
    const dataDir = await mkdtemp(join(tmpdir(), 'remit-bench-'));
    cleanup.add(() => rm(dataDir, { recursive: true, force: true }));
    // As root the server runs as another user, who must be able to pass through.
    await chmod(dataDir, 0o755);
    const server = await startEmbeddedServer({ dataDir, settings: { track_commit_timestamp: 'on' } });
    cleanup.add(() => server.stop());
    return new BenchServer(server.url, cleanup);
  }

  /**
   * Makes a database with the schemas of these modules.
   * @param before what is done to it first, for modules whose tables do not come from migrations
   */
  async database(
    name: string,
    declarations: readonly Declaration[],
    before: (url: string) => Promise<void> = () => Promise.resolve(),
  ): Promise<BenchDatabase> {
    const server = new pg.Client({ connectionString: this.url });
    await server.connect();
    await server.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`);
    await server.end();
    const address = new URL(this.url);
    address.pathname = `/${name}`;
    const url = address.toString();
    await before(url);
    const connections = await prepareDatabase(url, declarations);
    const admin = new pg.Pool({ connectionString: url, max: 4 });
    admin.on('error', () => undefined);
    this.cleanup.add(() => admin.end());
    return { url, connections, admin };
  }
}
