import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The day on which it happened, as far as it is known. */
export class Occurrence1764300001005 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE case_header ADD COLUMN occurred_on date');
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only.'));
  }
}
