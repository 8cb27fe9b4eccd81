import type { MigrationInterface, QueryRunner } from 'typeorm';
import { intoSlots } from '../../src/platform/ownership/slots.js';

/** A second place for the names of parties, so that they can be rebuilt while the first one serves. */
export class PartyNameSlots1763700001004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(intoSlots('party-names', 'party_name'));
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only.'));
  }
}
