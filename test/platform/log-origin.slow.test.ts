import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ulid } from 'ulid';
import { prepareDatabase } from '../../src/platform/administration/prepare-database.js';
import { declarations } from '../../src/platform/start.js';
import { Archives } from '../support/archives.js';
import { asServerAdministrator, cloneDatabase, type TestDatabase } from '../support/database.js';
import { ForeignLog, type LoggedEvent } from '../support/log.js';

describe('a log of which an earlier release retired something without an archive', () => {
  let database: TestDatabase;
  let log: ForeignLog;
  let archives: Archives;
  beforeEach(async () => {
    [database, archives] = await Promise.all([cloneDatabase(), Archives.open()]);
    log = new ForeignLog(database.connections);
    await downgrade();
  });
  afterEach(async () => {
    await log.close();
    await Promise.all([database.drop(), archives.clear()]);
  });

  const sql = (...statements: string[]): Promise<unknown> =>
    asServerAdministrator((admin) => admin.query(statements.join(';')), database.url);
  /** As it was before retirements were noted. */
  const downgrade = (): Promise<unknown> =>
    sql(
      'DROP TABLE bus.retired_partition',
      `DELETE FROM bus.schema_migration WHERE name LIKE 'RetiredPartitions%'`,
      `COMMENT ON SCHEMA bus IS 'of an earlier release'`,
    );
  const upgrade = (): Promise<unknown> => prepareDatabase(database.url, declarations());
  const event = (aggregateId: string, aggregateVersion: number): LoggedEvent => ({
    producer: 'party',
    contract: { type: 'PartyRegistered', version: 1 },
    ...{ aggregateType: 'party', aggregateId, aggregateVersion, payload: {} },
  });

  it('is refused after the upgrade where an aggregate lacks its first event', async () => {
    await log.append(event('a', 1), event('a', 2));
    await sql('DELETE FROM bus.outbox_event WHERE aggregate_version = 1');
    await upgrade();
    await expect(archives.read(database)).rejects.toThrow(
      /^The events up to position 1 were retired without an archive/,
    );
  });

  it('is refused after the upgrade where every aggregate is whole and the log begins late, or is empty', async () => {
    await sql(`SELECT setval('bus.outbox_position', 1000)`);
    await log.append(event('a', 1));
    await upgrade();
    await expect(archives.read(database)).rejects.toThrow(/up to position 1000 were retired without/);
    await downgrade();
    await sql('TRUNCATE bus.outbox_event');
    await upgrade();
    await expect(archives.read(database)).rejects.toThrow(/up to position 1001 were retired without/);
  });

  it('is told from one whose first transactions were rolled back, and from one in which nothing was written', async () => {
    await upgrade();
    expect(await archives.read(database)).toEqual([]);
    await downgrade();
    await sql(`SELECT setval('bus.outbox_position', 40)`);
    await log.append(event(`party_${ulid()}`, 1), event('a', 1), event('a', 2));
    await upgrade();
    expect(await archives.read(database)).toEqual([]);
  });
});
