import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CASEWORK } from '../../src/casework/domain.js';
import { AppModule } from '../../src/app.module.js';
import { attestationsOf } from '../../src/platform/administration/attestation.js';
import { backUp } from '../../src/platform/administration/backup/back-up.js';
import type { Manifest } from '../../src/platform/administration/backup/manifest.js';
import { restore } from '../../src/platform/administration/backup/restore.js';
import { prepareDatabase } from '../../src/platform/administration/prepare-database.js';
import { ServerBudgets } from '../../src/platform/database/server-budgets.js';
import { DemoDirectory } from '../../src/casework/identity/demo-directory.js';
import { declarations } from '../../src/platform/start.js';
import { Log } from '../../src/platform/telemetry/log.js';
import { asServerAdministrator, serverUrl, type TestDatabase } from './database.js';

const verifier = { verify: () => Promise.reject(new Error('Nobody calls.')) };
const foundation = {
  declarations: [],
  connections: new Map<string, string>(),
  budgets: new ServerBudgets(() => 0),
  relatedBy: CASEWORK.relatedBy,
  alone: true,
};
const options = { foundation, verifier, directory: new DemoDirectory(), log: new Log('silent') };

/** What the modules of the application attest. */
export const attestations = attestationsOf(AppModule.with(options));

/** Backups in a folder of their own, and places to restore them into, until `clear`. */
export class Backups {
  private constructor(
    readonly folder: string,
    private readonly server: string,
  ) {}
  private readonly databases: string[] = [];
  private made = 0;

  /** @param server where databases for a restore are made */
  static async open(server = serverUrl()): Promise<Backups> {
    return new Backups(await mkdtemp(join(tmpdir(), 'remit-backups-')), server);
  }

  async of({ url }: Pick<TestDatabase, 'url'>): Promise<{ folder: string; manifest: Manifest }> {
    this.made += 1;
    const to = join(this.folder, `backup-${this.made}`);
    return backUp({ url, declarations: declarations(), attestations, to });
  }

  /** An administrator's connection to a database with nothing in it. */
  async emptyDatabase(): Promise<string> {
    const name = `restored_${randomBytes(8).toString('hex')}`;
    await asServerAdministrator((admin) => admin.query(`CREATE DATABASE ${name}`), this.server);
    this.databases.push(name);
    const url = new URL(this.server);
    url.pathname = `/${name}`;
    return url.toString();
  }

  /** The restored database, ready for an application. */
  async restored(from: string, url?: string): Promise<TestDatabase> {
    const into = url ?? (await this.emptyDatabase());
    await restore({ url: into, declarations: declarations(), attestations, from });
    const connections = await prepareDatabase(into, declarations());
    return { url: into, connections, drop: () => Promise.resolve() };
  }

  async clear(): Promise<void> {
    for (const name of this.databases)
      await asServerAdministrator((admin) => admin.query(`DROP DATABASE ${name} WITH (FORCE)`), this.server);
    await rm(this.folder, { recursive: true, force: true });
  }
}
