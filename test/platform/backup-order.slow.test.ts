import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Backups } from '../support/backups.js';
import { asServerAdministrator, cloneDatabase, type TestDatabase } from '../support/database.js';

describe('rows of the log that come to lie elsewhere than they lay', () => {
  let backups: Backups;
  let source: TestDatabase;
  beforeAll(async () => {
    backups = await Backups.open();
    source = await cloneDatabase();
  });
  afterAll(async () => {
    await source.drop();
    await backups.clear();
  });

  const sql = (text: string): Promise<unknown> => asServerAdministrator((admin) => admin.query(text), source.url);
  const log = async (): Promise<object | undefined> => {
    const { tables } = (await backups.of(source)).manifest;
    return tables.find(({ name }) => name === 'outbox_event');
  };

  it('are the same rows', async () => {
    await sql(`
      INSERT INTO bus.outbox_event (id, producer, aggregate_type, aggregate_id, aggregate_version, event_type,
        event_version, topic, event_key, payload_json, classification, correlation_id, causation_id, occurred_at)
      SELECT 'evt_' || lpad(n::text, 26, '0'), 'party', 'party', 'pty_1', n, 'PartyRegistered', 1, 'party', 'pty_1', '{}',
        'INTERNAL', 'corr_1', 'cmd_1', now() FROM generate_series(1, 300) AS n`);
    const before = await log();
    expect(before).toMatchObject({ rows: 300 });
    // Each of them is written anew, behind all others.
    await sql('UPDATE bus.outbox_event SET topic = topic WHERE aggregate_version % 3 = 0');
    expect(await log()).toEqual(before);
    await sql(`UPDATE bus.outbox_event SET topic = 'another' WHERE aggregate_version = 3`);
    expect(await log()).not.toEqual(before);
  });
});
