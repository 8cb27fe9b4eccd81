import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A reference stands for the allegation of its row too. */
export class Allegations1763700001002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE external_reference DROP CONSTRAINT external_reference_subject_check;
      ALTER TABLE external_reference
        ADD CONSTRAINT external_reference_subject_check CHECK (subject IN ('CASE', 'PARTY', 'ALLEGATION'));
    `);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only.'));
  }
}
