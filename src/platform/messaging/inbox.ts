import type { ModuleDatabase } from '../database/module-database.js';
import type { Statement } from '../database/statement.js';
import type { Transaction } from '../database/transaction.js';
import { framesOf } from '../telemetry/frames.js';
import type { Envelope } from './envelope.js';

export const ATTEMPTS = 8;

/** Half a second, doubled with each try, a minute at most. */
const BACKOFF = `make_interval(secs => least(60, 0.5 * power(2, attempts)))`;

/** The same for an event that waits for an owner, which may go on for days. */
const POSTPONEMENT_BACKOFF = `make_interval(secs => least(60, 0.5 * power(2, least(postponements, 7))))`;

/**
 * Keeps a question about earlier events of a key from becoming a join. The planner believes that next to nothing waits,
 * since that is so whenever it counts, and would scan all that waits for each event: 1,300 pages instead of 20.
 */
const ROW_BY_ROW = 'OFFSET 0';

/** An event that is to be handled now, and how often that has failed. */
export interface Due {
  event: Envelope;
  attempts: number;
}

interface StoredEnvelope {
  event_id: string;
  attempts: number;
  envelope: Envelope;
}

/** What a payload names under a field, itself or among the subjects of an audit record. */
function relatedKeyOf({ payload }: Envelope, field: string): string | null {
  const { subject, ...named } = payload as Record<string, unknown>;
  return ((named[field] ?? (subject as Record<string, unknown> | undefined)?.[field]) as string | undefined) ?? null;
}

/**
 * What one consumer has received, with the states that `Consumer` describes. Events that are still to be handled keep
 * their envelope here, because a module cannot read the log.
 */
export class Inbox {
  constructor(
    private readonly database: ModuleDatabase,
    readonly consumer: string,
    /** The field of payloads that names the key which an event concerns beside its own. */
    private readonly relatedBy: string,
  ) {}

  /** Notes the events as processed, and fails the transaction if one has been received before. */
  acceptNew(transaction: Transaction, events: readonly Envelope[]): void {
    if (events.length === 0) return;
    const { faults } = this.database;
    faults.reach('before the inbox is written', { consumer: this.consumer });
    transaction.send(this.insertion('inbox_accept_new', events, 'PROCESSED', ''), () => {
      faults.reach('after the inbox is written', { consumer: this.consumer });
    });
  }

  /** Notes the events as processed; answers those that are new. A repeat has no second effect. */
  async accept(transaction: Transaction, events: readonly Envelope[]): Promise<Envelope[]> {
    return this.record(transaction, 'inbox_accept', events, 'PROCESSED');
  }

  /** Stores the events with their envelopes, to be handled one by one. Answers those that are new. */
  async store(transaction: Transaction, events: readonly Envelope[]): Promise<Envelope[]> {
    return this.record(transaction, 'inbox_store', events, 'PENDING');
  }

  private async record(
    transaction: Transaction,
    name: string,
    events: readonly Envelope[],
    status: 'PROCESSED' | 'PENDING',
  ): Promise<Envelope[]> {
    if (events.length === 0) return [];
    const { faults } = this.database;
    faults.reach('before the inbox is written', { consumer: this.consumer });
    const { rows } = await transaction.query<{ event_id: string }>(
      this.insertion(name, events, status, 'ON CONFLICT DO NOTHING RETURNING event_id'),
    );
    faults.reach('after the inbox is written', { consumer: this.consumer });
    if (rows.length === events.length) return [...events];
    const fresh = new Set(rows.map((row) => row.event_id));
    return events.filter(({ id }) => fresh.has(id));
  }

  private insertion(
    name: string,
    events: readonly Envelope[],
    status: 'PROCESSED' | 'PENDING',
    otherwise: string,
  ): Statement {
    const pending = status === 'PENDING';
    return {
      name,
      text: `INSERT INTO inbox_event (consumer_name, event_id, event_type, event_key, aggregate_version, related_key, position,
               status, processed_at, next_attempt_at, envelope)
             SELECT $1, e.event_id, e.event_type, e.event_key, e.aggregate_version, e.related_key, e.position, '${status}',
               ${pending ? 'NULL, clock_timestamp(), e.envelope' : 'clock_timestamp(), NULL, NULL'}
             FROM unnest($2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::bigint[]${pending ? ', $8::jsonb[]' : ''})
               AS e (event_id, event_type, event_key, aggregate_version, related_key, position${pending ? ', envelope' : ''})
             ${otherwise}`,
      values: [
        this.consumer,
        events.map((event) => event.id),
        events.map((event) => event.eventType),
        events.map((event) => event.eventKey),
        events.map((event) => event.aggregateVersion),
        events.map((event) => relatedKeyOf(event, this.relatedBy)),
        events.map((event) => event.position),
        ...(pending ? [events.map((event) => JSON.stringify(event))] : []),
      ],
    };
  }

  /**
   * Events that are due, in the log's order; none whose key has an earlier one that waits or is dead.
   * @param without keys that are in progress already
   */
  async due(limit: number, without: readonly string[] = []): Promise<Due[]> {
    const rows = await this.database.query<StoredEnvelope>({
      name: 'inbox_due',
      text: `SELECT event_id, attempts, envelope FROM inbox_event i
             WHERE consumer_name = $1 AND status = 'PENDING' AND next_attempt_at <= clock_timestamp()
               AND event_key <> ALL ($3)
               AND NOT EXISTS (SELECT 1 FROM inbox_event b WHERE b.consumer_name = $1 AND b.event_key = i.event_key
                 AND b.position < i.position AND b.status IN ('PENDING', 'DEAD')
                 AND (b.status = 'DEAD' OR b.next_attempt_at > clock_timestamp()) ${ROW_BY_ROW})
             ORDER BY position LIMIT $2`,
      values: [this.consumer, limit, without],
    });
    return rows.map(({ envelope, attempts }) => ({ event: envelope, attempts }));
  }

  /** Keys with an event that waits or is dead: later events of them must wait behind it. */
  async blockedKeys(): Promise<Set<string>> {
    const rows = await this.database.query<{ event_key: string }>({
      name: 'inbox_blocked',
      text: `SELECT DISTINCT event_key FROM inbox_event WHERE consumer_name = $1 AND status IN ('PENDING', 'DEAD')`,
      values: [this.consumer],
    });
    return new Set(rows.map(({ event_key }) => event_key));
  }

  /**
   * Marks a stored event processed inside the transaction of its effect, which holds the pause lock.
   * @returns false when someone else has done so, an earlier event of its key still waits, or delivery is paused
   */
  async settle(transaction: Transaction, eventId: string): Promise<boolean> {
    const { rowCount } = await transaction.query({
      name: 'inbox_settle',
      text: settleWhen(THIS_EVENT, `AND ${NOT_PAUSED}`),
      values: [this.consumer, eventId],
    });
    return rowCount === 1;
  }

  /** Notes a failed try; the last one makes the event a dead letter. `fault` never holds a value from the event. */
  async failed(eventId: string, fault: string): Promise<'PENDING' | 'DEAD'> {
    const [row] = await this.database.query<{ status: 'PENDING' | 'DEAD' }>({
      name: 'inbox_failed',
      text: `UPDATE inbox_event SET attempts = attempts + 1, postponements = 0, last_error = $3, next_attempt_at = clock_timestamp() + ${BACKOFF},
               status = CASE WHEN attempts + 1 >= $4 THEN 'DEAD' ELSE 'PENDING' END
             WHERE consumer_name = $1 AND event_id = $2 AND status = 'PENDING' RETURNING status`,
      values: [this.consumer, eventId, fault, ATTEMPTS],
    });
    return row?.status ?? 'PENDING';
  }

  /** Puts an event off that cannot be tried yet. It counts as no try; when two processes say so, once. */
  async postponed(eventId: string, why: string): Promise<void> {
    await this.database.query({
      name: 'inbox_postponed',
      text: `UPDATE inbox_event SET postponements = postponements + 1, last_error = $3,
               next_attempt_at = clock_timestamp() + ${POSTPONEMENT_BACKOFF}
             WHERE consumer_name = $1 AND event_id = $2 AND status = 'PENDING' AND next_attempt_at <= clock_timestamp()`,
      values: [this.consumer, eventId, why],
    });
  }
}

/** Of a rebuild, which meets each event once by its offset in the log: nothing is noted but what is parked. */
export class ReplayInbox extends Inbox {
  override acceptNew(): void {
    // Its offset is moved in the same transaction.
  }

  override accept(_: Transaction, events: readonly Envelope[]): Promise<Envelope[]> {
    return Promise.resolve([...events]);
  }
}

const UNIQUE_VIOLATION = '23505';

/** Whether a transaction failed because an event had been received before. */
export function isRepeat(error: unknown): boolean {
  const { code, constraint } = (error ?? {}) as { code?: string; constraint?: string };
  return code === UNIQUE_VIOLATION && constraint?.startsWith('inbox_event_') === true;
}

/** Selected, so that the plan for any event costs no more than one for this event, and is not made anew each time. */
const THIS_EVENT = '= (SELECT $2::text)';

// The status is concatenated so that no partial index on it can be scanned instead of the primary key.
const settleWhen = (which: string, condition = ''): string => `
  UPDATE inbox_event i SET status = 'PROCESSED', processed_at = clock_timestamp(), envelope = NULL, next_attempt_at = NULL
  WHERE consumer_name = $1 AND event_id ${which} AND status || '' = 'PENDING'
    AND NOT EXISTS (SELECT 1 FROM inbox_event b WHERE b.consumer_name = $1 AND b.event_key = i.event_key
      AND b.position < i.position AND b.status IN ('PENDING', 'DEAD') ${ROW_BY_ROW})
    ${condition} RETURNING 1`;

const NOT_PAUSED = `NOT EXISTS (SELECT 1 FROM bus.control WHERE paused AND name IN ('relay', $1))`;

/**
 * Marks a stored event processed. The order of its key is checked here once more: the worker of another process may
 * have failed at an earlier event after this one had been read as due.
 */
export const SETTLE = settleWhen(THIS_EVENT);

/** The same for events of different keys, in a transaction that holds the pause lock. Fails unless all are marked. */
export const settleTogether = (consumer: string, eventIds: readonly string[]): Statement => ({
  name: 'inbox_settle_together',
  text: `WITH settled AS (${settleWhen('= ANY ($2::text[])')})
    SELECT bus.require((SELECT count(*) FROM settled) = cardinality($2::text[]), 'NOT_ALL_SETTLED'),
      bus.require(${NOT_PAUSED}, 'PAUSED')`,
  values: [consumer, eventIds],
});

/**
 * What may be kept of an error: its kind and where it arose. Its message may quote the event, and an event's text
 * must not reach operators.
 */
export function faultOf(error: unknown): string {
  if (!(error instanceof Error)) return 'Unknown';
  const { code, errorCode } = error as { code?: string; errorCode?: string };
  const place = /\((?:file:\/\/)?[^)]*?([\w.-]+\.[jt]s:\d+)/.exec(framesOf(error).join('\n'))?.[1];
  return [error.name, errorCode ?? code, place && `at ${place}`].filter(Boolean).join(' ');
}
