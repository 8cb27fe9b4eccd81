import type { MigrationInterface, QueryRunner } from 'typeorm';
import { intoSlots } from '../../src/platform/database/slots.js';

/** A second place for who has a role in which case, so that it can be rebuilt while the first one serves. */
export class CasePartySlots1763700001002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(intoSlots('case-parties', 'case_party_role'));
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only.'));
  }
}
