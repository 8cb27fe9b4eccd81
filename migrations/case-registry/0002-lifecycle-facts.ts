import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What has been observed of each case, from which its status follows. */
export class LifecycleFacts1763700001002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE case_lifecycle ADD COLUMN observed_facts jsonb NOT NULL DEFAULT '{}', ADD COLUMN revision integer NOT NULL DEFAULT 0`,
    );
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only.'));
  }
}
