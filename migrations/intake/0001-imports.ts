import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Import jobs, the outcome of every row, and which case or party a row's reference stands for. */
export class Imports1763700001001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE import_job (import_id text PRIMARY KEY, version integer NOT NULL);
      CREATE TABLE import_row (import_id text NOT NULL REFERENCES import_job, row_number integer NOT NULL, PRIMARY KEY (import_id, row_number));
      CREATE TABLE external_reference (reference text PRIMARY KEY, subject_id text NOT NULL);
    `);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only.'));
  }
}
