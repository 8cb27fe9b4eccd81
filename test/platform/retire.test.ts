import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { ulid } from 'ulid';
import { PartyRegistered } from '../../src/contracts/party/party-registered.v1.js';
import { ensurePartitions, monthOf } from '../../src/platform/administration/partitions.js';
import { retire, type Retirement } from '../../src/platform/administration/retire.js';
import { declarations } from '../../src/platform/start.js';
import { asServerAdministrator, cloneDatabase, type TestDatabase } from '../support/database.js';
import { connectAs, writeEvents } from '../support/open-writers.js';

describe('retiring old events', () => {
  const declared = declarations();
  let database: TestDatabase;
  let archive: string;
  const long = (month: number): string => `evt_${ulid(Date.UTC(2020, month - 1, 15))}`;

  const admin = <T>(work: (client: pg.Client) => Promise<T>): Promise<T> => asServerAdministrator(work, database.url);
  const count = (sql: string): Promise<number> => admin(async (client) => (await client.query(sql)).rowCount ?? 0);
  const logOf2020 = `SELECT FROM bus.outbox_event WHERE id < 'evt_01F'`;
  const attempt = (before: string): Promise<Retirement[]> =>
    admin((client) => retire(client, declared, new Date(before), archive));
  const outcome = (found: Retirement[]): Record<string, string | undefined> =>
    Object.fromEntries(found.map(({ schema, name, obstacle }) => [`${schema}.${name}`, obstacle]));

  /** Every consumer is at the present. */
  const standAtTheHead = (): Promise<unknown> =>
    admin(async (client) => {
      for (const { module, database: of, projections, reactions } of declared.filter(
        ({ module }) => module !== 'platform',
      ))
        for (const each of [...Object.keys(projections), ...Object.keys(reactions)])
          await client.query(
            `INSERT INTO ${of.schema}.consumer_offset (consumer_name, snapshot) VALUES ($1, pg_current_snapshot()::text)
             ON CONFLICT (consumer_name) DO UPDATE SET snapshot = excluded.snapshot`,
            [`${module}.${each}`],
          );
    });

  beforeAll(async () => {
    database = await cloneDatabase();
    archive = await mkdtemp(join(tmpdir(), 'remit-archive-'));
    const writer = await connectAs(database, 'party');
    await writeEvents(writer, PartyRegistered, [long(1), long(1), long(3), long(4)]);
    await writer.end();
    await admin((client) =>
      client.query(
        `INSERT INTO reporting.inbox_event (consumer_name, event_id, event_type, event_key, aggregate_version, position, status)
         VALUES ('reporting.case-dossier', $1, 'PartyRegistered', 'a', 1, 1, 'PROCESSED'),
                ('reporting.case-dossier', $2, 'PartyRegistered', 'b', 1, 3, 'DEAD')`,
        [long(1), long(3)],
      ),
    );
  });
  afterAll(async () => {
    await database.drop();
    await rm(archive, { recursive: true, force: true });
  });

  it('takes what fell into a default partition to its own months, and keeps every event', async () => {
    expect(await count('SELECT FROM bus.outbox_event_rest')).toBe(4);
    await admin((client) => ensurePartitions(client, declared, new Date()));
    expect(await count('SELECT FROM bus.outbox_event_rest')).toBe(0);
    expect(await count('SELECT FROM bus.outbox_event_2020_01')).toBe(2);
    expect(await count(logOf2020)).toBe(4);
    const writer = await connectAs(database, 'party');
    await writeEvents(writer, PartyRegistered, [long(4)]);
    await writer.end();
    expect(await count('SELECT FROM bus.outbox_event_2020_04')).toBe(2);
  });

  it('leaves everything where a consumer has not read it, and says which', async () => {
    expect(outcome(await attempt('2020-03-01'))['bus.outbox_event_2020_01']).toMatch(/ has read nothing yet$/);
    await standAtTheHead();
    await admin((client) =>
      client.query(`UPDATE audit.consumer_offset SET snapshot = '1:1:' WHERE consumer_name = 'audit.records'`),
    );
    const behind = outcome(await attempt('2020-03-01'));
    expect(behind['bus.outbox_event_2020_01']).toBe('audit.records has not read all of it');
    expect(await count(logOf2020)).toBe(5);
  });

  it('drops whole months that everybody is past, archived before, and keeps what is still to be handled', async () => {
    await standAtTheHead();
    const found = outcome(await attempt('2020-04-01'));
    expect(found).toEqual({
      'bus.outbox_event_2020_01': undefined,
      'reporting.inbox_event_2020_01': undefined,
      'bus.outbox_event_2020_03': undefined,
      'reporting.inbox_event_2020_03': 'it holds events that wait or are dead letters',
    });
    expect(await count(logOf2020)).toBe(2);
    expect(await count('SELECT FROM reporting.inbox_event')).toBe(1);
    expect((await readdir(archive)).map((name) => name.replace(/-\w{16}\./, '.')).sort()).toEqual([
      'outbox_event_2020_01.json',
      'outbox_event_2020_01.jsonl.gz',
      'outbox_event_2020_03.json',
      'outbox_event_2020_03.jsonl.gz',
    ]);
  });

  it('is refused for a month that has not ended', async () => {
    await expect(attempt(monthOf(new Date(), 1).toISOString())).rejects.toThrow(/^Only months that have ended/);
  });

  it('gives up in one line when somebody holds the log, and drops nothing', async () => {
    const reader = await connectAs(database, 'platform');
    await reader.query('BEGIN; SELECT count(*) FROM bus.outbox_event');
    await expect(attempt('2020-05-01')).rejects.toThrow(/lock timeout/);
    await reader.end();
    expect(await count(logOf2020)).toBe(2);
  });
});
