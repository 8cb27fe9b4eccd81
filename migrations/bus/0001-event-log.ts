import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The retained log, the delivery control and the clock. A plain sequence instead of an identity column, because
 * PostgreSQL 15 and 16 refuse identity on a partitioned table.
 */
export class EventLog1763700000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SEQUENCE outbox_position;
      CREATE TABLE outbox_event (
        id text COLLATE "C" NOT NULL,
        position bigint NOT NULL DEFAULT nextval('bus.outbox_position'),
        txid xid8 NOT NULL DEFAULT pg_current_xact_id(),
        producer text NOT NULL,
        aggregate_type text NOT NULL,
        aggregate_id text NOT NULL,
        aggregate_version bigint NOT NULL,
        event_type text NOT NULL,
        event_version integer NOT NULL,
        topic text NOT NULL,
        event_key text NOT NULL,
        payload_json jsonb NOT NULL,
        classification text NOT NULL,
        correlation_id text NOT NULL,
        causation_id text NOT NULL,
        trace_context text,
        occurred_at timestamptz NOT NULL,
        PRIMARY KEY (id)
      ) PARTITION BY RANGE (id);
      CREATE TABLE outbox_event_rest PARTITION OF outbox_event DEFAULT;
      CREATE INDEX outbox_event_txid ON outbox_event (txid, position);
      CREATE INDEX outbox_event_position ON outbox_event (position);
      ALTER TABLE outbox_event ENABLE ROW LEVEL SECURITY;

      CREATE TABLE control (
        name text PRIMARY KEY,
        paused boolean NOT NULL,
        reason text NOT NULL,
        changed_by text NOT NULL,
        changed_at timestamptz NOT NULL
      );

      CREATE TABLE application_clock (
        singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
        offset_milliseconds bigint NOT NULL
      );

      -- One statement can write a whole unit of work only if it can also refuse it as a whole.
      CREATE FUNCTION require(met boolean, code text) RETURNS boolean LANGUAGE plpgsql AS $$
      BEGIN
        IF met IS NOT TRUE THEN
          RAISE EXCEPTION USING ERRCODE = 'RM001', MESSAGE = code;
        END IF;
        RETURN true;
      END $$;

      -- Pausing belongs to the bus; who may ask for it is a grant on this function.
      CREATE FUNCTION set_paused(consumer text, wanted boolean, why text, who text, at timestamptz) RETURNS boolean
      LANGUAGE sql SECURITY DEFINER SET search_path = bus, pg_temp AS $$
        INSERT INTO bus.control (name, paused, reason, changed_by, changed_at) VALUES (consumer, wanted, why, who, at)
        ON CONFLICT (name) DO UPDATE SET paused = wanted, reason = why, changed_by = who, changed_at = at
        RETURNING true
      $$;
    `);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only.'));
  }
}
