import type { ModuleDatabase } from '../database/module-database.js';
import type { Statement } from '../database/statement.js';
import type { Envelope } from './envelope.js';
import { envelopeColumns } from './envelope-columns.js';
import { IS_STANDBY, refuseStandby, SERVER_RUN, type ConsumerProgress } from './server-run.js';

/**
 * How far someone has read. Everything visible in `snapshot` has been seen; with `until`, the window between the two
 * snapshots is being paged and `position` is the last one seen of it.
 */
export interface Cursor {
  readonly snapshot: string;
  readonly until?: string;
  readonly position?: string;
}

/** Events that one statement scans when the whole log is scanned. */
const POSITIONS_AT_ONCE = 200_000;

/** Sees nothing yet: every transaction is after it. */
export const BEGINNING: Cursor = { snapshot: '1:1:' };

export interface Page {
  events: Envelope[];
  /** Where to go on. */
  next: Cursor;
  /** Consumers, or `relay` for all delivery, that are paused. */
  paused: ReadonlySet<string>;
  /** The run of the server that answered. */
  run: string;
}

/** An event, and whether a consumer has passed it. */
export interface PassedEvent {
  eventType: string;
  eventVersion: number;
  passed: boolean;
}

/** The first row says when this was; the others are envelopes as consumers receive them, with nothing to convert. */
interface WindowHeader {
  payload: { now: string; paused: string[]; run: string; standby: boolean };
}

interface PassedRow {
  event_type: string | null;
  event_version: number;
  passed: boolean;
  standby: boolean;
}

const EVENT = envelopeColumns();

/** Columns of a snapshot's own row, as many as an event has. */
const headerRow = (now: string): string => `
  SELECT NULL::text, NULL::bigint, NULL::text, NULL::text, NULL::text, NULL::float8, NULL::text, NULL::integer, NULL::text,
    NULL::text, NULL::text, NULL::text, NULL::text, NULL::text, NULL::text,
    jsonb_build_object('now', ${now}, 'paused', ARRAY(SELECT name FROM bus.control WHERE paused),
      'run', ${SERVER_RUN}, 'standby', ${IS_STANDBY})`;

/**
 * The window is materialized before it is ordered, so that it is found by transaction id: ordered together, the
 * planner may scan the whole log by position instead. The limit is in the text: the reader's role plans each
 * statement once, and a plan for any limit would read and sort all that is after the cursor for each page.
 */
const nextWindow = (limit: number): string => `
  WITH unseen AS MATERIALIZED (
    SELECT * FROM bus.outbox_event WHERE (txid >= pg_snapshot_xmax($1::pg_snapshot)
        OR txid = ANY (ARRAY(SELECT pg_snapshot_xip($1::pg_snapshot))))
      AND NOT EXISTS (SELECT 1 FROM bus.control WHERE paused AND name = 'relay')
  )
  (SELECT ${EVENT} FROM unseen e ORDER BY e.position LIMIT ${limit})
  UNION ALL ${headerRow('pg_current_snapshot()::text')} ORDER BY position NULLS FIRST`;

const pageAfter = (limit: number): string => `
  (SELECT ${EVENT} FROM bus.outbox_event e WHERE position > $3::bigint
     AND (txid >= pg_snapshot_xmax($1::pg_snapshot) OR txid = ANY (ARRAY(SELECT pg_snapshot_xip($1::pg_snapshot))))
     AND pg_visible_in_snapshot(txid, $2::pg_snapshot)
   ORDER BY e.position LIMIT ${limit})
  UNION ALL ${headerRow('$2::text')} ORDER BY position NULLS FIRST`;

const ABOUT = `
  (SELECT ${EVENT} FROM bus.outbox_event e WHERE e.position > $1::bigint AND e.position <= $2::bigint
     AND (e.event_key = $3 OR e.payload_json ->> $7 = $3)
     AND (pg_visible_in_snapshot(e.txid, $4::pg_snapshot)
       OR (e.position <= $6::bigint AND pg_visible_in_snapshot(e.txid, $5::pg_snapshot))))
  UNION ALL ${headerRow('$4::text')} ORDER BY position NULLS FIRST`;

/**
 * The last position before a window: pages of a long one must not begin at the start of the log. Materialized for the
 * same reason: the planner would search for the least position among all that come before it.
 */
const FLOOR = `
  WITH unseen AS MATERIALIZED (
    SELECT position FROM bus.outbox_event
    WHERE txid >= pg_snapshot_xmax($1::pg_snapshot) OR txid = ANY (ARRAY(SELECT pg_snapshot_xip($1::pg_snapshot))))
  SELECT coalesce(min(position), 1) - 1 AS floor, ${IS_STANDBY} AS standby FROM unseen`;

/**
 * Reads the log in snapshot windows. A serial number is not commit order: under 16 writers a cursor over it lost
 * more than a quarter of the events. What is visible now and was not at the last poll is exact, needs no waiting for
 * anybody's transaction, and keeps each aggregate's order, because version n+1 is written by someone who saw n.
 */
export class LogReader {
  /** @param relatedBy the field of payloads that names the key which an event concerns beside its own */
  constructor(
    private readonly database: ModuleDatabase,
    private readonly relatedBy: string,
  ) {}

  /**
   * The present: whoever starts here sees what is committed from now on.
   * @throws StandbyError, like everything that reads the log
   */
  async snapshot(): Promise<string> {
    return (await this.present()).now;
  }

  /** Which run of the server this is. */
  async run(): Promise<string> {
    return (await this.present()).run;
  }

  private async present(): Promise<{ now: string; run: string }> {
    const text = `SELECT pg_current_snapshot()::text AS now, ${SERVER_RUN} AS run, ${IS_STANDBY} AS standby`;
    const [row] = await this.database.query<{ now: string; run: string; standby: boolean }>({ text, values: [] });
    if (!row) throw new Error('The log gave no answer.');
    refuseStandby(row.standby);
    return row;
  }

  /**
   * The events of a key up to an offset: of its aggregate, or with the key as what they concern; by position. The whole log
   * is scanned, in parts that each take less than a second.
   */
  async *about(key: string, { snapshot, until, position }: Cursor): AsyncGenerator<Envelope> {
    const last = await this.lastPosition();
    for (let from = 0; from < last; from += POSITIONS_AT_ONCE) {
      const { events } = await this.eventsAt({
        name: 'log_about',
        text: ABOUT,
        values: [from, from + POSITIONS_AT_ONCE, key, snapshot, until ?? null, position ?? null, this.relatedBy],
      });
      yield* events;
    }
  }

  /** Whether `about` would find the event. */
  isAbout(key: string, { eventKey, payload }: Envelope): boolean {
    return eventKey === key || (payload as Record<string, unknown>)[this.relatedBy] === key;
  }

  /** The highest position of an event that is in the log. */
  async lastPosition(): Promise<number> {
    const [row] = await this.database.query<{ last: string | null; standby: boolean }>({
      text: `SELECT max(position) AS last, ${IS_STANDBY} AS standby FROM bus.outbox_event`,
      values: [],
    });
    refuseStandby(row?.standby);
    return Number(row?.last ?? 0);
  }

  /** The next page after the cursor: at most `limit` events, ordered by position. */
  async read(cursor: Cursor, limit: number): Promise<Page> {
    const { snapshot, until: pinned, position } = cursor;
    const { faults } = this.database;
    faults.reach('before a window is read');
    const { events, header } = await this.eventsAt(
      pinned === undefined
        ? { name: `log_window_${limit}`, text: nextWindow(limit), values: [snapshot] }
        : {
            name: `log_page_${limit}`,
            text: pageAfter(limit),
            values: [snapshot, pinned, position ?? (await this.floor(snapshot))],
          },
    );
    if (events.length > 0) faults.reach('after a window is read');
    const { now, paused, run } = header;
    const full = events.length === limit;
    const until = cursor.until ?? now;
    const next = full
      ? { snapshot: cursor.snapshot, until, position: events.at(-1)?.position ?? '0' }
      : { snapshot: until };
    return { events, next, paused: new Set(paused), run };
  }

  private async eventsAt(statement: Statement): Promise<{ header: WindowHeader['payload']; events: Envelope[] }> {
    const [first, ...events] = await this.database.query<WindowHeader & Envelope>(statement);
    if (!first) throw new Error('The log gave no answer.');
    refuseStandby(first.payload.standby);
    return { header: first.payload, events };
  }

  private async floor(snapshot: string): Promise<string> {
    const [row] = await this.database.query<{ floor: string; standby: boolean }>({ text: FLOOR, values: [snapshot] });
    refuseStandby(row?.standby);
    return row?.floor ?? '0';
  }

  /**
   * Each event, and whether a consumer has passed it, with all that was committed with it, when it has passed everything
   * in the snapshot; in the order asked, undefined where there is no such event. In another run of the server nobody has
   * passed anything: its ids were given to others.
   */
  async passed(asked: readonly (ConsumerProgress & { eventId: string })[]): Promise<(PassedEvent | undefined)[]> {
    const rows = await this.database.query<PassedRow>({
      name: 'log_passed',
      text: `SELECT e.event_type, e.event_version, ${IS_STANDBY} AS standby,
               a.run = ${SERVER_RUN} AND pg_visible_in_snapshot(e.txid, a.snapshot::pg_snapshot) AS passed
             FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY AS a (id, snapshot, run, place)
             LEFT JOIN LATERAL (SELECT * FROM bus.outbox_event WHERE id = a.id LIMIT 1) e ON true ORDER BY a.place`,
      values: [asked.map(({ eventId }) => eventId), asked.map(({ snapshot }) => snapshot), asked.map(({ run }) => run)],
    });
    refuseStandby(rows[0]?.standby);
    return rows.map(({ event_type: eventType, event_version: eventVersion, passed }) =>
      eventType === null ? undefined : { eventType, eventVersion, passed },
    );
  }
}
