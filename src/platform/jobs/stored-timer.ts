/** A timer as operators see it. What it was set for stays with its module. */
export interface StoredTimer {
  /** `<module>.<name>:<key>` */
  timerId: string;
  module: string;
  name: string;
  key: string;
  /** DEAD: its last try has failed; it fires when it is retried, moved or set anew. */
  status: 'SET' | 'DEAD';
  /** By the application's clock, ISO 8601 with microseconds. */
  firesAt: string;
  attempts: number;
  lastError: string | null;
}

/** The module, the name and the key of a timer's id. */
export const TIMER_ID = /^([a-z0-9-]+)\.([a-z0-9-]+):([\s\S]+)$/;

/** The columns of a `StoredTimer`; `$1` is the module. */
export const TIMER_COLUMNS = `$1 || '.' || name || ':' || key AS "timerId", $1 AS module, name, key,
  CASE WHEN dead_at IS NULL THEN 'SET' ELSE 'DEAD' END AS status,
  to_char(fires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS "firesAt", attempts, last_error AS "lastError"`;
