import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What a module does in the background, in its own schema: jobs that go on until they are done, and timers that do
 * something at a time. Names resolve by search_path.
 */
export class JobsAndTimers1764201600001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE job (
        job_id text COLLATE "C" PRIMARY KEY,
        version integer NOT NULL DEFAULT 1,
        name text NOT NULL,
        key text NOT NULL,
        status text NOT NULL CHECK (status IN ('PENDING', 'RUNNING', 'PAUSED', 'COMPLETED', 'FAILED', 'CANCELLED')),
        input jsonb NOT NULL,
        asked_by jsonb NOT NULL,
        reason text,
        done bigint,
        total bigint,
        rate_per_second double precision,
        attempts integer NOT NULL DEFAULT 0,
        next_attempt_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        last_error text,
        holder text,
        epoch bigint NOT NULL DEFAULT 0,
        lease_until timestamptz,
        changed_by text,
        change_reason text,
        created_at timestamptz NOT NULL,
        ended_at timestamptz
      ) WITH (fillfactor = 70);
      CREATE UNIQUE INDEX job_live ON job (name, key) WHERE status IN ('PENDING', 'RUNNING', 'PAUSED');
      CREATE INDEX job_ended ON job (ended_at) WHERE ended_at IS NOT NULL;

      CREATE TABLE timer (
        name text NOT NULL,
        key text NOT NULL,
        revision bigint NOT NULL DEFAULT 1,
        fires_at timestamptz NOT NULL,
        input jsonb NOT NULL,
        correlation_id text NOT NULL,
        causation_id text NOT NULL,
        trace_context text,
        -- When it is to be tried: the time it was set for, and later after each failure.
        due_at timestamptz NOT NULL,
        attempts integer NOT NULL DEFAULT 0,
        last_error text,
        dead_at timestamptz,
        claimed_by text,
        claimed_until timestamptz,
        PRIMARY KEY (name, key)
      ) WITH (fillfactor = 70);
      CREATE INDEX timer_due ON timer (due_at) WHERE dead_at IS NULL;
      CREATE INDEX timer_dead ON timer (name, key) WHERE dead_at IS NOT NULL;
    `);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only.'));
  }
}
