import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Notes what was taken out of the log, and where it is. */
export class RetiredPartitions1763700000004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE retired_partition (
        first_position bigint PRIMARY KEY,
        last_position bigint NOT NULL,
        partition text NOT NULL,
        retired_at timestamptz NOT NULL DEFAULT now(),
        format integer,
        file text UNIQUE,
        sha256 text,
        bytes bigint,
        events bigint,
        checked_at timestamptz,
        intact boolean,
        CHECK (num_nonnulls(format, file, sha256, bytes, events, checked_at, intact) IN (0, 7))
      );

      -- Earlier releases retired without a note, and without an archive unless asked. A log that begins later than at
      -- its first position has lost what it had before, or its first transactions were rolled back. An aggregate whose
      -- first event is not there tells; where each is whole, so does a beginning that rolled back alone cannot explain.
      INSERT INTO retired_partition (first_position, last_position, partition)
      SELECT 1, first - 1, 'before this was noted'
      FROM (SELECT coalesce((SELECT min(position) FROM outbox_event),
                            (SELECT last_value + is_called::int FROM outbox_position)) AS first) AS log
      WHERE first > 1 AND (first > 1000 OR EXISTS (
        SELECT FROM outbox_event GROUP BY aggregate_type, aggregate_id HAVING min(aggregate_version) > 1));
    `);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only.'));
  }
}
