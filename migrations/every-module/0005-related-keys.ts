import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Names the column for what it is to delivery: the key of something else that an event concerns. */
export class RelatedKeys1764300000005 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE inbox_event RENAME COLUMN case_id TO related_key');
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only.'));
  }
}
