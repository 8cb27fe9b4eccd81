import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What was investigated, found and decided, in the dossier of a case. */
export class CaseMatter1763700001002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE case_dossier ADD COLUMN matter jsonb NOT NULL DEFAULT '{}'`);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only.'));
  }
}
