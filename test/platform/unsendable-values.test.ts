import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConnectionBudget } from '../../src/platform/database/connection-budget.js';
import { ModuleDatabase } from '../../src/platform/database/module-database.js';
import type { Statement } from '../../src/platform/database/statement.js';
import { declarationOf } from '../support/probe/declarations.js';
import { ProbeDatabase } from '../support/probe/probe-database.js';

const CONSUMER = 'probe.unsendable';

/** Notes something that the module may write, under a name, so that the connection prepares it once. */
const noting = (snapshot: unknown): Statement => ({
  name: 'note',
  text: `INSERT INTO consumer_offset (consumer_name, snapshot) VALUES ($1, $2)`,
  values: [CONSUMER, snapshot],
});
const reading = (value: unknown): Statement => ({ name: 'read', text: 'SELECT $1::text AS read', values: [value] });
const UNSENDABLE = { amount: 1n };
const REFUSED = /serialize a BigInt/;

describe('a value that cannot be sent', () => {
  let probe: ProbeDatabase;
  let database: ModuleDatabase;
  beforeAll(async () => {
    probe = await ProbeDatabase.clone();
    // One connection, so that whoever comes next is given the one that was used before.
    const url = probe.database.connections.get('probe') ?? '';
    database = await ModuleDatabase.open(declarationOf('probe'), url, [], new ConnectionBudget(1));
  });
  afterAll(async () => {
    await database.close();
    await probe.drop();
  });

  const noted = (): Promise<number> => probe.count('probe.consumer_offset WHERE consumer_name = $1', [CONSUMER]);

  it.each([
    ['that was never used before', ''],
    ['that the connection has prepared', 'first'],
  ])('fails a query by itself: the next user of the pool may use the same statement %s', async (_, first) => {
    if (first) await database.query(reading(first));
    const both = await Promise.allSettled([database.query(reading(UNSENDABLE)), database.query(reading('mine'))]);
    expect(both).toMatchObject([
      { status: 'rejected', reason: new TypeError('Do not know how to serialize a BigInt') },
      { status: 'fulfilled', value: [{ read: 'mine' }] },
    ]);
    expect(await database.query(reading('again'))).toEqual([{ read: 'again' }]);
  });

  it('undoes its transaction, whatever was sent beside it, and leaves the next user a sound connection', async () => {
    const transaction = database.transaction((each) => {
      each.send(noting('1:1:'));
      each.send(reading(UNSENDABLE));
      each.send(reading('its neighbour'));
      return Promise.resolve();
    });
    const next = database.query(reading('mine'));
    await expect(transaction).rejects.toThrow(REFUSED);
    expect(await next).toEqual([{ read: 'mine' }]);
    expect(await noted()).toBe(0);
  });

  it('undoes its transaction even where the fault is caught', async () => {
    const transaction = database.transaction(async (each) => {
      each.send(noting('1:1:'));
      await each.query(reading(UNSENDABLE)).catch(() => undefined);
    });
    await expect(transaction).rejects.toThrow(REFUSED);
    expect(await noted()).toBe(0);
    expect(await database.query(reading('mine'))).toEqual([{ read: 'mine' }]);
  });

  it('is no fault of what is read by the mapper either', async () => {
    const runner = database.source.createQueryRunner();
    await expect(runner.query('SELECT $1::text', [UNSENDABLE])).rejects.toThrow(REFUSED);
    await runner.release();
    expect(await database.query(reading('mine'))).toEqual([{ read: 'mine' }]);
  });

  it('as a refusal of the server does, costs no connection', async () => {
    const backend = { text: 'SELECT pg_backend_pid() AS pid', values: [] };
    const before = await database.query(backend);
    await expect(database.query({ text: 'SELECT 1 / $1::int', values: [0] })).rejects.toMatchObject({ code: '22012' });
    await database.query(noting('1:1:'));
    await expect(database.query(noting('1:1:'))).rejects.toMatchObject({ code: '23505' });
    expect(await database.query(backend)).toEqual(before);
  });
});
