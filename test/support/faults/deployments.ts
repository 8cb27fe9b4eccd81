import { mkdtemp, chmod, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runningServerUrl } from '../../../src/platform/administration/embedded/running-server.js';
import {
  startEmbeddedServer,
  type EmbeddedServer,
} from '../../../src/platform/administration/embedded/embedded-server.js';
import { prepareDatabase } from '../../../src/platform/administration/prepare-database.js';
import { declarations } from '../../../src/platform/start.js';
import { cloneDatabase } from '../database.js';
import { DatabaseProxy } from './proxy.js';

/** Where the database of a run is, and how the application gets to it. */
export interface Deployment {
  /** The administrator's connection, past every proxy. */
  url(): Promise<string>;
  /** What the application is started with. */
  environment: Record<string, string>;
  /** One process alone uses the database, so that it waits for no lease. */
  alone: boolean;
  close(): Promise<void>;
}

const through = (url: string, proxy: DatabaseProxy): Record<string, string> => {
  const seen = new URL(url);
  seen.port = String(proxy.port);
  return { DATABASE_URL: seen.toString(), REMIT_DEV: '1' };
};

/** A database of its own on the server of the tests, behind a proxy. */
export async function clonedDatabase(): Promise<Deployment & { proxy: DatabaseProxy }> {
  const database = await cloneDatabase();
  const proxy = await DatabaseProxy.to(Number(new URL(database.url).port));
  return {
    url: () => Promise.resolve(database.url),
    environment: through(database.url, proxy),
    alone: false,
    proxy,
    close: async () => {
      await proxy.close();
      await database.drop();
    },
  };
}

export async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'remit-faults-'));
  // As root the server runs as another user, who must be able to pass through.
  await chmod(folder, 0o755);
  return folder;
}

/** The server that the application itself starts, as with `npm start`. */
export async function embeddedServer(): Promise<Deployment & { cluster: string }> {
  const dataDir = await newFolder();
  return {
    url: async () => (await runningServerUrl(dataDir)) ?? '',
    environment: { REMIT_DATA_DIR: dataDir },
    alone: true,
    cluster: join(dataDir, 'postgres'),
    close: () => rm(dataDir, { recursive: true, force: true }),
  };
}

/** A server of its own with every protection on, to be killed; the application finds it where it was. */
export class OwnServer implements Deployment {
  private constructor(
    private readonly dataDir: string,
    private server: EmbeddedServer,
    readonly proxy: DatabaseProxy,
    readonly environment: Record<string, string>,
  ) {}

  static async start(): Promise<OwnServer> {
    const dataDir = await newFolder();
    const server = await startEmbeddedServer({ dataDir });
    await prepareDatabase(server.url, declarations());
    const proxy = await DatabaseProxy.to(server.port);
    return new OwnServer(dataDir, server, proxy, through(server.url, proxy));
  }

  readonly alone = false;

  url(): Promise<string> {
    return Promise.resolve(this.server.url);
  }

  /** The folder of its processes. */
  get cluster(): string {
    return join(this.dataDir, 'postgres');
  }

  /** Starts it again after it was killed. */
  async restart(): Promise<void> {
    await this.server.ended;
    await this.server.stop();
    this.server = await startEmbeddedServer({ dataDir: this.dataDir });
    this.proxy.leadTo(this.server.port);
  }

  async close(): Promise<void> {
    await this.proxy.close();
    await this.server.stop();
    await rm(this.dataDir, { recursive: true, force: true });
  }
}
