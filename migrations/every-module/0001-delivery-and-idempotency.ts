import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the platform keeps in each module's schema: offsets, inbox and first answers. Names resolve by search_path. */
export class DeliveryAndIdempotency1763700000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE consumer_offset (
        consumer_name text PRIMARY KEY,
        snapshot text NOT NULL,
        until_snapshot text,
        position bigint,
        watermark timestamptz,
        holder text,
        epoch bigint NOT NULL DEFAULT 0,
        lease_until timestamptz
      ) WITH (fillfactor = 40);

      CREATE TABLE inbox_event (
        consumer_name text NOT NULL,
        event_id text COLLATE "C" NOT NULL,
        event_type text NOT NULL,
        event_key text NOT NULL,
        aggregate_version bigint NOT NULL,
        case_id text,
        position bigint NOT NULL,
        status text NOT NULL CHECK (status IN ('PENDING', 'PROCESSED', 'DEAD', 'DISCARDED')),
        attempts integer NOT NULL DEFAULT 0,
        received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        processed_at timestamptz,
        next_attempt_at timestamptz,
        last_error text,
        resolved_by text,
        resolution_reason text,
        envelope jsonb,
        PRIMARY KEY (consumer_name, event_id)
      ) PARTITION BY RANGE (event_id);
      CREATE TABLE inbox_event_rest PARTITION OF inbox_event DEFAULT;
      CREATE INDEX inbox_event_waiting ON inbox_event (consumer_name, position) WHERE status = 'PENDING';
      CREATE INDEX inbox_event_key ON inbox_event (consumer_name, event_key, position)
        WHERE status IN ('PENDING', 'DEAD');

      CREATE TABLE idempotency_record (
        actor_id text NOT NULL,
        idempotency_key text NOT NULL,
        digest text NOT NULL,
        status integer NOT NULL,
        etag text,
        location text,
        body text NOT NULL,
        command_id text NOT NULL,
        created_at timestamptz NOT NULL,
        PRIMARY KEY (actor_id, idempotency_key)
      );
      CREATE INDEX idempotency_record_age ON idempotency_record (created_at);
    `);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only.'));
  }
}
