import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who stopped or resumed delivery, and why: kept for ever, while the bus keeps the present state. */
export class DeliveryChanges1763700001001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE delivery_change (
        change_id text COLLATE "C" PRIMARY KEY,
        version integer NOT NULL,
        name text NOT NULL,
        paused boolean NOT NULL,
        reason text NOT NULL,
        changed_by text NOT NULL,
        changed_at timestamptz NOT NULL
      );
    `);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only.'));
  }
}
