import type { ModuleDatabase } from '../database/module-database.js';
import type { DueTimer } from './handlers.js';
import type { Firing } from '../messaging/staged-background.js';

/** Seconds, by the database's clock: for how long a process has what it claimed to itself. */
const CLAIM_SECONDS = 10;
/** Half a second, doubled with each try, a minute at most. */
const BACKOFF_SECONDS = 'least(60, 0.5 * power(2, attempts))';

/** A timer that is due and claimed by this process. A claim only keeps others from the same work: settling decides. */
export interface ClaimedTimer extends Firing, DueTimer {
  attempts: number;
  correlationId: string;
  causationId: string;
  traceContext: string | null;
}

/** A module's timers. What is due follows the application's clock, claims the database's. */
export class StoredTimers {
  constructor(
    private readonly database: ModuleDatabase,
    private readonly holder: string,
  ) {}

  /** The longest due first. @param evenIfClaimed also what another process seems to be at */
  async claim(names: readonly string[], now: Date, limit: number, evenIfClaimed: boolean): Promise<ClaimedTimer[]> {
    const claimed = await this.database.query<ClaimedTimer & { dueAt: Date }>({
      name: 'timer_claim',
      text: `WITH due AS (
               SELECT name, key FROM timer WHERE due_at <= $2 AND dead_at IS NULL AND name = ANY ($1)
                 AND (claimed_until IS NULL OR claimed_until < clock_timestamp() OR $5)
               ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED)
             UPDATE timer SET claimed_by = $4, claimed_until = clock_timestamp() + make_interval(secs => ${CLAIM_SECONDS})
             FROM due WHERE timer.name = due.name AND timer.key = due.key
             RETURNING timer.name, timer.key, revision, fires_at AS "firesAt", due_at AS "dueAt", input, attempts,
               correlation_id AS "correlationId", causation_id AS "causationId", trace_context AS "traceContext"`,
      values: [names, now, limit, this.holder, evenIfClaimed],
    });
    return claimed.sort((a, b) => a.dueAt.getTime() - b.dueAt.getTime());
  }

  /** Lets go what was claimed and has not fired, so that nobody waits for the claim to end. */
  async release(): Promise<void> {
    await this.database.query({
      text: `UPDATE timer SET claimed_by = NULL, claimed_until = NULL WHERE claimed_by = $1`,
      values: [this.holder],
    });
  }

  /**
   * Notes that it could not fire; after the last try it stays where it is, dead, until it is set, moved or tried anew.
   * @param countedAs what went wrong, if it counts as a try
   */
  async failed(timer: ClaimedTimer, now: Date, attempts: number, countedAs?: string): Promise<boolean> {
    const [row] = await this.database.query<{ dead: boolean }>({
      name: 'timer_failed',
      text: `UPDATE timer SET claimed_by = NULL, claimed_until = NULL, last_error = coalesce($5, last_error),
               attempts = attempts + CASE WHEN $5::text IS NULL THEN 0 ELSE 1 END,
               due_at = $4::timestamptz + make_interval(secs => ${BACKOFF_SECONDS}),
               dead_at = CASE WHEN $5::text IS NOT NULL AND attempts + 1 >= $6 THEN $4::timestamptz END
             WHERE name = $1 AND key = $2 AND revision = $3 AND dead_at IS NULL RETURNING dead_at IS NOT NULL AS dead`,
      values: [timer.name, timer.key, timer.revision, now, countedAs, attempts],
    });
    return row?.dead === true;
  }
}
