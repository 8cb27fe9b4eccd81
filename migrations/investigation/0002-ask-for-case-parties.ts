import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who is in a case is asked of its owner since sent commands may ask: the copy, and its place in the log, go. */
export class AskForCaseParties1764200100002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE case_party_role;
      DELETE FROM consumer_offset WHERE consumer_name = 'investigation.case-parties';
      DELETE FROM inbox_event WHERE consumer_name = 'investigation.case-parties' AND status IN ('PENDING', 'DEAD');
    `);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only.'));
  }
}
