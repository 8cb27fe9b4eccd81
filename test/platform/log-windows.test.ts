import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { CASEWORK } from '../../src/casework/domain.js';
import { BEGINNING, LogReader, type Cursor } from '../../src/platform/messaging/log-reader.js';
import { newId } from '../../src/platform/base/ids.js';
import { make, paint } from '../support/probe/commands.js';
import { ProbeDatabase } from '../support/probe/probe-database.js';
import type { ProbeProcess } from '../support/probe/probe-process.js';

/** Writes events as the probe's role would. */
const WRITE = `
  INSERT INTO bus.outbox_event (id, producer, aggregate_type, aggregate_id, aggregate_version, event_type, event_version,
    topic, event_key, payload_json, classification, correlation_id, causation_id, occurred_at)
  SELECT id, 'probe', 'gadget', id, 1, 'GadgetMade', 1, 'probe', id, '{}', 'INTERNAL', 'corr', 'cmd', '2025-01-01Z'
  FROM unnest($1::text[]) AS id`;

describe('reading the log in windows', () => {
  let database: ProbeDatabase;
  let process: ProbeProcess;
  let reader: LogReader;
  const writers: pg.Client[] = [];
  beforeAll(async () => {
    database = await ProbeDatabase.clone();
    process = await database.process();
    reader = new LogReader(process.bus, CASEWORK.relatedBy);
  });
  afterAll(async () => {
    await Promise.all(writers.map((writer) => writer.end()));
    await database.drop();
  });

  async function begin(...ids: string[]): Promise<pg.Client> {
    const writer = await database.connectAs('probe');
    writers.push(writer);
    await writer.query('BEGIN');
    await writer.query(WRITE, [ids]);
    return writer;
  }

  /** What a cursor over the serial number would find: the obvious way, which loses events. */
  async function bySerialNumber(after: string): Promise<{ ids: string[]; last: string }> {
    const rows = await database.sql<{ id: string; position: string }>(
      'SELECT id, position FROM bus.outbox_event WHERE position > $1 ORDER BY position',
      [after],
    );
    return { ids: rows.map(({ id }) => id), last: rows.at(-1)?.position ?? after };
  }

  async function readOn(from: Cursor, limit = 500): Promise<{ ids: string[]; next: Cursor }> {
    const { events, next } = await reader.read(from, limit);
    return { ids: events.map(({ id }) => id), next };
  }

  const present = async (): Promise<Cursor> => ({ snapshot: await reader.snapshot() });
  const ids = (count: number): string[] => Array.from({ length: count }, () => newId('evt'));

  it('finds an event that took its number early and was committed late, which a serial cursor loses', async () => {
    const [early = '', late = ''] = ids(2);
    const start = await present();
    const serialStart = await bySerialNumber('0');
    const first = await begin(early);
    const second = await begin(late);
    await second.query('COMMIT');
    const window = await readOn(start);
    const serial = await bySerialNumber(serialStart.last);
    expect([window.ids, serial.ids]).toEqual([[late], [late]]);

    await first.query('COMMIT');
    expect((await readOn(window.next)).ids).toEqual([early]);
    expect((await bySerialNumber(serial.last)).ids).toEqual([]);
  });

  it('never waits for a transaction that stays open elsewhere', async () => {
    const [held = '', later = ''] = ids(2);
    const start = await present();
    const open = await begin(held);
    const closed = await begin(later);
    await closed.query('COMMIT');
    const window = await readOn(start);
    expect(window.ids).toEqual([later]);
    await open.query('ROLLBACK');
    expect((await readOn(window.next)).ids).toEqual([]);
  });

  it('pages a window that is larger than a page without taking in what is committed meanwhile', async () => {
    const start = await present();
    const [many, meanwhile] = [ids(25), newId('evt')];
    await (await begin(...many)).query('COMMIT');
    const pages: string[][] = [];
    let cursor = start;
    do {
      const page = await readOn(cursor, 10);
      if (pages.length === 0) await (await begin(meanwhile)).query('COMMIT');
      pages.push(page.ids);
      cursor = page.next;
    } while (cursor.until !== undefined);
    expect(pages).toEqual([many.slice(0, 10), many.slice(10, 20), many.slice(20)]);
    expect((await readOn(cursor)).ids).toEqual([meanwhile]);
  });

  it('ends a window whose size is a multiple of the page with an empty page', async () => {
    const start = await present();
    const twenty = ids(20);
    await (await begin(...twenty)).query('COMMIT');
    const first = await readOn(start, 10);
    const second = await readOn(first.next, 10);
    const third = await readOn(second.next, 10);
    expect([...first.ids, ...second.ids]).toEqual(twenty);
    expect(third.ids).toEqual([]);
    expect(third.next.until).toBeUndefined();
  });

  it('goes on in the middle of a window from a cursor that was stored', async () => {
    const start = await present();
    const fifteen = ids(15);
    await (await begin(...fifteen)).query('COMMIT');
    const { next } = await readOn(start, 10);
    const stored = JSON.parse(JSON.stringify(next)) as Cursor;
    await (await begin(newId('evt'))).query('COMMIT');
    expect((await readOn(stored, 10)).ids).toEqual(fifteen.slice(10));
  });

  it('moves the cursor on when there is nothing to see', async () => {
    const start = await present();
    await database.sql('CREATE TABLE public.elsewhere ()');
    const { ids: none, next } = await readOn(start);
    expect(none).toEqual([]);
    expect(next.snapshot).not.toBe(start.snapshot);
  });

  it('begins with the first event there ever was, and knows which events a cursor has passed', async () => {
    const { gadgetId, publishedEventId } = await make(process.work, 'seen');
    const here = await present();
    await paint(process.work, gadgetId, 'red');
    const [painted] = await database.sql<{ id: string }>(
      `SELECT id FROM bus.outbox_event WHERE aggregate_id = $1 AND event_type = 'GadgetPainted'`,
      [gadgetId],
    );
    const asked = [publishedEventId, painted?.id ?? '', newId('evt')];
    const passedIn = async (run: string): Promise<unknown[]> =>
      reader.passed(asked.map((eventId) => ({ eventId, run, ...here })));
    const [made, later] = [
      { eventType: 'GadgetMade', eventVersion: 1 },
      { eventType: 'GadgetPainted', eventVersion: 1 },
    ];
    expect(await passedIn(await reader.run())).toEqual([
      { ...made, passed: true },
      { ...later, passed: false },
      undefined,
    ]);
    // The ids in a snapshot of before a crash of the server were given to others.
    expect(await passedIn('another')).toEqual([{ ...made, passed: false }, { ...later, passed: false }, undefined]);
    const whole = await reader.read(BEGINNING, 10_000);
    expect(whole.events).toHaveLength(await database.count('bus.outbox_event'));
  });
});
