/** Not begun or waiting for its next try, under way, stopped by an operator, or ended. */
export type JobStatus = 'PENDING' | 'RUNNING' | 'PAUSED' | 'COMPLETED' | 'FAILED' | 'CANCELLED';

/** A job as its module's schema holds it. */
export interface StoredJob {
  jobId: string;
  module: string;
  name: string;
  key: string;
  status: JobStatus;
  input: object;
  done: number | null;
  total: number | null;
  ratePerSecond: number | null;
  attempts: number;
  /** By the database's clock: when it begins, or is tried again. */
  nextAttemptAt: Date;
  lastError: string | null;
  startedBy: string;
  reason: string | null;
  /** Who cancelled, paused or resumed it last, and why. */
  changedBy: string | null;
  changeReason: string | null;
  createdAt: Date;
  endedAt: Date | null;
  version: number;
}

export const JOB_COLUMNS = `job_id AS "jobId", name, key, status, input, done::float8 AS done, total::float8 AS total,
  rate_per_second AS "ratePerSecond", attempts, next_attempt_at AS "nextAttemptAt", last_error AS "lastError",
  asked_by -> 'actor' ->> 'actorId' AS "startedBy", reason, changed_by AS "changedBy", change_reason AS "changeReason",
  created_at AS "createdAt", ended_at AS "endedAt", version`;
