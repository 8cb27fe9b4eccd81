import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who may see a party's name. Unknown of what was cached before: until its next event the owner is asked. */
export class PartyClassification1763700001003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE party_name ADD COLUMN classification text');
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only.'));
  }
}
