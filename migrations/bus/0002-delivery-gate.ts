import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Lets a reaction, whose whole effect is one statement, share the lock that a pause takes exclusively. */
export class DeliveryGate1763700000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- The control is read by a statement of the function's own, after the locks are held: the snapshot of the calling
      -- statement is older than its locks, and would miss a pause that was answered in between.
      CREATE FUNCTION admits(consumer text, relay_lock bigint, consumer_lock bigint) RETURNS boolean LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM pg_advisory_xact_lock_shared(relay_lock), pg_advisory_xact_lock_shared(consumer_lock);
        RETURN NOT EXISTS (SELECT 1 FROM bus.control WHERE paused AND name IN ('relay', consumer));
      END $$;
    `);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only.'));
  }
}
