import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Who carries out an import is from now on said by its job. The columns that said so stay for processes of the release
 * before, which may still run: to them every import is held, for good, by somebody else.
 */
export class ImportsOnJobs1764201601003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE import_job ALTER COLUMN held_by SET DEFAULT 'a job', ALTER COLUMN held_until SET DEFAULT '9999-01-01';
    `);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only.'));
  }
}
