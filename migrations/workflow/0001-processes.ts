import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The process of each case. */
export class Processes1763700001001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE process_instance (
        process_instance_id text COLLATE "C" PRIMARY KEY,
        version integer NOT NULL,
        case_id text COLLATE "C" NOT NULL UNIQUE,
        epoch integer NOT NULL,
        revision integer NOT NULL,
        current_state text NOT NULL,
        observed_facts jsonb NOT NULL,
        started_at timestamptz NOT NULL
      ) WITH (fillfactor = 80);
    `);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only.'));
  }
}
