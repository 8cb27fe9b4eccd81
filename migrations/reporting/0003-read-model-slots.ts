import type { MigrationInterface, QueryRunner } from 'typeorm';
import { intoSlots } from '../../src/platform/ownership/slots.js';

const TABLES = {
  'case-dossier': ['case_dossier'],
  'officer-worklist': ['worklist_case', 'worklist_revision'],
  'party-case-history': ['history_case', 'history_role'],
  'party-names': ['current_party_name', 'party_name_by_version', 'party_name_revision'],
};

/** A second place for every read model, so that it can be rebuilt while the first one serves. */
export class ReadModelSlots1763700001003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // A number that rises by one begins anew in a slot that is filled anew, and would mean other rows than before.
    for (const table of ['worklist_revision', 'party_name_revision'])
      await runner.query(`
        ALTER TABLE ${table} ALTER COLUMN revision TYPE uuid USING gen_random_uuid(),
          ADD COLUMN singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton)`);
    for (const [projection, tables] of Object.entries(TABLES))
      for (const table of tables) await runner.query(intoSlots(projection, table));
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only.'));
  }
}
