import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import type { Manifest } from '../../src/platform/administration/backup/manifest.js';
import { declarations } from '../../src/platform/start.js';
import { Backups } from '../support/backups.js';
import { asServerAdministrator } from '../support/database.js';
import { RemitProcess } from '../support/process.js';
import type { FirstAnswer } from './fill.js';

const HERE = 'test/upgrades';

/** The releases of which a backup is kept, oldest first. */
export const keptReleases = (): string[] =>
  readdirSync(HERE)
    .filter((name) => existsSync(join(HERE, name, 'backup', 'manifest.json')))
    .sort((one, other) => one.localeCompare(other, 'en', { numeric: true }));

/** What was kept of a release, restored into a database of its own, and this build running on it. */
export class KeptRelease {
  private constructor(
    readonly manifest: Manifest,
    readonly firstAnswers: readonly FirstAnswer[],
    /** What every owner said when the backup was made, by path. */
    readonly ownersAnswers: Readonly<Record<string, unknown>>,
    readonly remit: RemitProcess,
    private readonly url: string,
    private readonly end: () => Promise<void>,
  ) {}

  static async upgraded(version: string): Promise<KeptRelease> {
    const kept = join(HERE, version);
    const backups = await Backups.open();
    const url = await backups.emptyDatabase();
    const dataDir = await mkdtemp(join(tmpdir(), 'remit-upgraded-'));
    const environment = { DATABASE_URL: url, REMIT_DATA_DIR: dataDir, REMIT_DEV: '1' };
    await cp(join(kept, 'evidence'), join(dataDir, 'evidence'), { recursive: true });
    await promisify(execFile)(
      process.execPath,
      ['dist/src/cli/remit.js', 'db', 'restore', '--from', join(kept, 'backup')],
      { env: { PATH: process.env.PATH, ...environment } },
    );
    await refreshKeys(url);
    const remit = await RemitProcess.start(dataDir, environment);
    const manifest = JSON.parse(await readFile(join(kept, 'backup', 'manifest.json'), 'utf8')) as Manifest;
    const firstAnswers = JSON.parse(readFileSync(join(kept, 'first-answers.json'), 'utf8')) as FirstAnswer[];
    const answers = gunzipSync(readFileSync(join(kept, 'owners-answers.json.gz'))).toString();
    const end = async (): Promise<void> => {
      await remit.stop();
      await backups.clear();
      await rm(dataDir, { recursive: true, force: true });
    };
    return new KeptRelease(manifest, firstAnswers, JSON.parse(answers) as Record<string, unknown>, remit, url, end);
  }

  /** As the database's administrator. */
  async sql<Row extends object>(text: string, values: unknown[] = []): Promise<Row[]> {
    return asServerAdministrator(async (admin) => (await admin.query<Row>(text, values)).rows, this.url);
  }

  /** How many rows each table of the modules' aggregates has now, and had in the backup; tables of later releases are left out. */
  async rowsOfAggregates(): Promise<{ now: Record<string, number>; kept: Record<string, number> }> {
    const now: Record<string, number> = {};
    const kept: Record<string, number> = {};
    for (const { database, aggregates } of declarations().filter(ownsFacts))
      for (const name of Object.values(aggregates).flatMap(({ tables }) => tables)) {
        const table = `${database.schema}.${name}`;
        const had = this.manifest.tables.find((each) => `${each.schema}.${each.name}` === table);
        if (!had) continue;
        const [counted] = await this.sql<{ rows: number }>(`SELECT count(*)::int AS rows FROM ${table}`);
        now[table] = counted?.rows ?? 0;
        kept[table] = had.rows;
      }
    return { now, kept };
  }

  /** What was published since the backup, oldest first, as `<producer> <type> <audited action>`. */
  async publishedSince(): Promise<string[]> {
    const kept = this.manifest.tables.find(({ name }) => name === 'outbox_event')?.rows ?? 0;
    const rows = await this.sql<{ said: string }>(
      `SELECT concat_ws(' ', producer, event_type, payload_json ->> 'action') AS said FROM bus.outbox_event
       ORDER BY position OFFSET $1`,
      [kept],
    );
    return rows.map(({ said }) => said);
  }

  stop(): Promise<void> {
    return this.end();
  }
}

/** The log and the audit record note also what a start itself does; `publishedSince` tells what. */
const ownsFacts = ({ module }: { module: string }): boolean => module !== 'platform' && module !== 'audit';

/** Keys are known for a day: as if the upgrade followed the backup at once, whenever the tests are run. */
async function refreshKeys(url: string): Promise<void> {
  await asServerAdministrator(async (admin) => {
    for (const { database, module } of declarations())
      if (module !== 'platform')
        await admin.query(`UPDATE ${database.schema}.idempotency_record SET created_at = now()`);
  }, url);
}
