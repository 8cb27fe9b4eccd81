import { appendFile, cp, mkdir, readFile, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Manifest } from '../../src/platform/administration/backup/manifest.js';
import { prepareDatabase } from '../../src/platform/administration/prepare-database.js';
import { declarations } from '../../src/platform/start.js';
import { Backups } from '../support/backups.js';
import { eventually } from '../support/eventually.js';
import { asServerAdministrator, cloneDatabase, type TestDatabase } from '../support/database.js';

const CASE_TYPES = 'case_registry.case_type.copy.gz';

describe('a restore is refused in one line, and changes nothing', () => {
  let backups: Backups;
  let source: TestDatabase;
  let whole: string;
  let empty: string;
  let copies = 0;

  beforeAll(async () => {
    backups = await Backups.open();
    source = await cloneDatabase();
    ({ folder: whole } = await backups.of(source));
    empty = await backups.emptyDatabase();
  });
  afterAll(async () => {
    await source.drop();
    await backups.clear();
  });

  const schemasAt = async (url: string): Promise<number> => {
    const sql = `SELECT FROM pg_namespace WHERE nspname IN ('bus', 'party', 'case_registry')`;
    return asServerAdministrator(async (admin) => (await admin.query(sql)).rowCount ?? 0, url);
  };

  const migrationsAt = async (url: string): Promise<number> =>
    asServerAdministrator(
      async (admin) => (await admin.query('SELECT FROM case_registry.schema_migration')).rowCount ?? 0,
      url,
    );

  async function damaged(harm: (folder: string) => Promise<void>): Promise<string> {
    copies += 1;
    const folder = join(backups.folder, `damaged-${copies}`);
    await cp(whole, folder, { recursive: true });
    await harm(folder);
    return folder;
  }

  /** Changes the manifest as its maker might have written it, with a checksum that holds. */
  async function rewrite(folder: string, change: (manifest: Manifest) => void): Promise<void> {
    const file = join(folder, 'manifest.json');
    const before = await readFile(file);
    const manifest = JSON.parse(before.toString()) as Manifest;
    change(manifest);
    await writeFile(file, JSON.stringify(manifest));
    const sum = (content: Buffer | string): string => createHash('sha256').update(content).digest('hex');
    const sums = await readFile(join(folder, 'SHA256SUMS'), 'utf8');
    await writeFile(join(folder, 'SHA256SUMS'), sums.replace(sum(before), sum(JSON.stringify(manifest))));
  }

  it.each<[string, (folder: string) => Promise<void>, RegExp]>([
    ['a file was cut short', (folder) => truncate(join(folder, CASE_TYPES), 20), /case_type\.copy\.gz is damaged/],
    [
      'a byte was flipped',
      async (folder) => {
        const bytes = await readFile(join(folder, CASE_TYPES));
        bytes.writeUInt8(bytes.readUInt8(30) ^ 1, 30);
        await writeFile(join(folder, CASE_TYPES), bytes);
      },
      /case_type\.copy\.gz is damaged/,
    ],
    ['a file has grown', (folder) => appendFile(join(folder, CASE_TYPES), 'x'), /case_type\.copy\.gz is damaged/],
    ['a file is missing', (folder) => rm(join(folder, CASE_TYPES)), /case_type\.copy\.gz is missing/],
    [
      'the manifest was changed',
      (folder) => appendFile(join(folder, 'manifest.json'), ' '),
      /manifest\.json is damaged/,
    ],
    ['the checksums are missing', (folder) => rm(join(folder, 'SHA256SUMS')), /no whole backup/],
    [
      'it is of another format',
      (folder) =>
        rewrite(folder, (manifest) => {
          manifest.format = 2;
        }),
      /has format 2/,
    ],
    [
      'it was made by a newer version',
      (folder) => rewrite(folder, ({ migrations }) => migrations.party?.push('FromTheFuture9')),
      /made by a newer version.*FromTheFuture9/,
    ],
    [
      'it has a module that this version does not know',
      (folder) =>
        rewrite(folder, ({ migrations }) => {
          migrations.appeal = ['Appeals1'];
        }),
      /made by a newer version.*appeal/,
    ],
  ])('when %s', async (_, harm, reason) => {
    const folder = await damaged(harm);
    await expect(backups.restored(folder, empty)).rejects.toThrow(reason);
    await expect(backups.restored(folder, empty)).rejects.toThrow(/^[^\n]+$/);
    expect(await schemasAt(empty)).toBe(0);
  });

  it('when the place is not empty', async () => {
    const before = await migrationsAt(source.url);
    await expect(backups.restored(whole, source.url)).rejects.toThrow(
      /^The database is not empty: it has audit, bus.*$/,
    );
    expect(await migrationsAt(source.url)).toBe(before);
  });

  it('when the rows are not what was backed up, though every checksum holds', async () => {
    const folder = await damaged((each) =>
      rewrite(each, ({ tables }) => {
        for (const table of tables) if (table.name === 'case_type') table.rows += 1;
      }),
    );
    const place = await backups.emptyDatabase();
    await expect(backups.restored(folder, place)).rejects.toThrow(/case_registry\.case_type is not what was backed up/);
    await expect(prepareDatabase(place, declarations())).rejects.toThrow(/was not finished.*"remit db restore"/);
  });

  it('when a module does not find what it found at the backup', async () => {
    const folder = await damaged((each) =>
      rewrite(each, ({ attestations }) => {
        attestations.audit = { intact: true, found: '1 chains, 1 records, 0 broken' };
      }),
    );
    const place = await backups.emptyDatabase();
    await expect(backups.restored(folder, place)).rejects.toThrow(/^audit does not find what it found at the backup/);
    await expect(prepareDatabase(place, declarations())).rejects.toThrow(/was not finished/);
  });

  it('leaves an interrupted restore unusable until another one has finished, which starts anew', async () => {
    const place = await backups.emptyDatabase();
    const restoring = backups.restored(whole, place);
    const refused = expect(restoring).rejects.toThrow();
    await eventually(() => schemasAt(place), (there) => there > 0); // prettier-ignore
    await asServerAdministrator((admin) => admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()'), place); // prettier-ignore
    await refused;
    expect(await schemasAt(place)).toBe(3);
    await expect(prepareDatabase(place, declarations())).rejects.toThrow(
      'A restore into this database was not finished: run "remit db restore" again, which starts anew.',
    );
    const { url } = await backups.restored(whole, place);
    const types = await asServerAdministrator((admin) => admin.query('SELECT FROM case_registry.case_type'), url);
    expect(types.rowCount).toBe(5);
  });

  it('keeps what a backup holds from everybody else, and never writes over one', async () => {
    expect((await stat(whole)).mode & 0o777).toBe(0o700);
    for (const name of await readdir(whole)) expect((await stat(join(whole, name))).mode & 0o777).toBe(0o600);
    await mkdir(join(backups.folder, 'backup-2'));
    await expect(backups.of(source)).rejects.toThrow(/backup-2 exists already/);
    expect((await readdir(backups.folder)).filter((name) => name.includes('unfinished'))).toEqual([]);
  });
});
