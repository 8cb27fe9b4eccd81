import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How often an event has waited for an owner that did not answer: no failed try, but each wait is longer. */
export class PostponedEvents1764200000003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE inbox_event ADD COLUMN postponements integer NOT NULL DEFAULT 0');
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only.'));
  }
}
