import type { MigrationInterface, QueryRunner } from 'typeorm';
import { alterSlots } from '../../src/platform/ownership/slots.js';

/** The day on which it happened. */
export class Occurrence1764300001004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(alterSlots('case-dossier', 'case_dossier', 'ADD COLUMN occurred_on date'));
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only.'));
  }
}
