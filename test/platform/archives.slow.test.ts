import { open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { ulid } from 'ulid';
import { writeArchive } from '../../src/platform/administration/write-archive.js';
import { partitionsIn, type Partition } from '../../src/platform/administration/backup/catalog.js';
import { describeStorage } from '../../src/platform/administration/describe-storage.js';
import { ensurePartitions } from '../../src/platform/administration/partitions.js';
import { drop } from '../../src/platform/administration/retire.js';
import { declarations } from '../../src/platform/start.js';
import { Archives } from '../support/archives.js';
import { Backups } from '../support/backups.js';
import { asServerAdministrator, cloneDatabase, type TestDatabase } from '../support/database.js';
import { ForeignLog, type LoggedEvent } from '../support/log.js';

describe('archives of retired events', () => {
  const END = new Date('2020-05-01');
  let database: TestDatabase;
  let log: ForeignLog;
  let archives: Archives;
  let backups: Backups;

  beforeAll(async () => {
    backups = await Backups.open();
  });
  beforeEach(async () => {
    [database, archives] = await Promise.all([cloneDatabase(), Archives.open()]);
    log = new ForeignLog(database.connections);
  });
  afterEach(async () => {
    await log.close();
    await Promise.all([database.drop(), archives.clear()]);
  });
  afterAll(() => backups.clear());

  const admin = <T>(work: (client: pg.Client) => Promise<T>): Promise<T> => asServerAdministrator(work, database.url);
  const event = (month: number, payload: object = {}): LoggedEvent => ({
    producer: 'party',
    contract: { type: 'PartyRegistered', version: 1 },
    aggregateType: 'party',
    aggregateId: `party_${ulid()}`,
    aggregateVersion: 1,
    payload,
    id: `evt_${ulid(Date.UTC(2020, month - 1, 15))}`,
  });
  const archiveFile = async (): Promise<string> => {
    const [name] = (await readdir(archives.folder)).filter((each) => each.endsWith('.gz'));
    if (!name) throw new Error('There is no archive.');
    return join(archives.folder, name);
  };
  const status = (check: boolean): Promise<{ lines: string[]; sound: boolean }> =>
    admin((client) => describeStorage(client, declarations(), { folder: archives.folder, check }));
  const partitionOf = async (client: pg.Client, name: string): Promise<Partition> => {
    await ensurePartitions(client, declarations(), new Date());
    const found = (await partitionsIn(client, declarations())).find((each) => each.name === name);
    if (!found) throw new Error(`There is no ${name}.`);
    return found;
  };

  it('give every event exactly as the log gave it, whatever stands in it', async () => {
    const text = 'a\nb\tc\\d"e\u0001\u0002 \\. \u2028 Müller \u{1F600}';
    await log.append(
      event(1, { text, list: [1e21, 0.1, null], nested: { text } }),
      event(2),
      event(1, { text: '\\.' }),
    );
    const before = await Archives.logOf(database);
    expect(before).toHaveLength(3);
    await archives.retire(database, END);
    expect(await Archives.logOf(database)).toEqual([]);
    expect(await archives.read(database)).toEqual(before);
  });

  it('give events of several months in the order of their positions, and those after a position alone', async () => {
    const ids = await log.append(event(1), event(3), event(1), event(2), event(3), event(1), event(4));
    const positions = (await Archives.logOf(database)).map(({ position }) => position);
    await archives.retire(database, END);
    expect((await readdir(archives.folder)).filter((name) => name.endsWith('.gz'))).toHaveLength(4);
    expect((await archives.read(database)).map(({ id }) => id)).toEqual(ids);
    expect((await archives.read(database, positions[2])).map(({ id }) => id)).toEqual(ids.slice(3));
    expect(await archives.read(database, positions.at(-1))).toEqual([]);
  });

  it('say beside each file what it is', async () => {
    await log.append(event(1), event(1));
    const [first, last] = (await Archives.logOf(database)).map(({ position }) => position);
    await archives.retire(database, END);
    const file = await archiveFile();
    const { rows } = await admin((client) => client.query('SELECT system_identifier AS id FROM pg_control_system()'));
    const manifest = JSON.parse(await readFile(file.replace('.jsonl.gz', '.json'), 'utf8')) as Record<string, unknown>;
    expect(manifest).toMatchObject({
      ...{ format: 1, partition: 'outbox_event_2020_01', events: 2, first, last },
      cluster: (rows as { id: string }[])[0]?.id,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown,
    });
    expect(manifest.columns).toContain('payload');
  });

  it.each<[string, (file: string) => Promise<unknown>, RegExp]>([
    ['damaged', flipAByte, /jsonl\.gz is damaged: .*from a backup of the archive folder/],
    ['missing', (file) => rm(file), /jsonl\.gz is missing\. .*REMIT_ARCHIVE_DIR/],
  ])('are refused by name before any event is given when one is %s, and the status says so', async (_, harm, why) => {
    await log.append(event(1), event(2));
    await archives.retire(database, END);
    expect((await status(false)).sound).toBe(true);
    const file = await archiveFile();
    await rename(file, `${file}.kept`);
    await writeFile(file, await readFile(`${file}.kept`));
    await harm(file);
    await expect(archives.read(database)).rejects.toThrow(why);
    for (const check of [false, true]) {
      const { lines, sound } = await status(check);
      expect([sound, lines.filter((line) => line.includes('NOT WHOLE'))]).toEqual([false, [expect.any(String)]]);
    }
    await rename(`${file}.kept`, file);
    expect((await status(true)).sound).toBe(true);
    expect(await archives.read(database)).toHaveLength(2);
  });

  it('count for nothing until the partition is dropped, and what a crash left is done anew', async () => {
    await log.append(event(1));
    await writeFile(join(archives.folder, 'outbox_event_2020_01.unfinished'), 'half of it');
    await admin(async (client) => writeArchive(client, await partitionOf(client, 'outbox_event_2020_01'), archives.folder)); // prettier-ignore
    expect(await archives.read(database)).toEqual([]);
    expect(await Archives.logOf(database)).toHaveLength(1);
    await archives.retire(database, END);
    expect(await archives.read(database)).toHaveLength(1);
    expect((await readdir(archives.folder)).filter((name) => name.includes('unfinished'))).toEqual([]);
  });

  it('keep a partition where an event was committed to it after it was archived', async () => {
    await log.append(event(1));
    await admin(async (client) => {
      const partition = await partitionOf(client, 'outbox_event_2020_01');
      const written = await writeArchive(client, partition, archives.folder);
      await log.append(event(1));
      await Archives.standAtTheHead(client);
      expect(await drop(client, declarations(), partition, written)).toBe('it changed while it was archived');
    });
    expect(await Archives.logOf(database)).toHaveLength(2);
    expect(await archives.read(database)).toEqual([]);
  });

  it('that cannot be written keep their partition, in one line that names the variable', async () => {
    await log.append(event(1));
    await rm(archives.folder, { recursive: true });
    await writeFile(archives.folder, 'not a folder');
    await expect(archives.retire(database, END)).rejects.toThrow(/^REMIT_ARCHIVE_DIR: .* cannot be used \(E\w+\)/);
    expect(await Archives.logOf(database)).toHaveLength(1);
  });

  it('are found again by a database that was restored from a backup', async () => {
    await log.append(event(1), event(3));
    const before = await Archives.logOf(database);
    await archives.retire(database, END);
    const restored = await backups.restored((await backups.of(database)).folder);
    expect(await archives.read(restored)).toEqual(before);
  });
});

async function flipAByte(path: string): Promise<void> {
  const file = await open(path, 'r+');
  const { size } = await file.stat();
  const byte = Buffer.alloc(1);
  await file.read(byte, 0, 1, size - 12);
  await file.write(Buffer.from([(byte[0] ?? 0) ^ 1]), 0, 1, size - 12);
  await file.close();
}
