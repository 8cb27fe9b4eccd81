import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Import jobs, the outcome of every row, and which case or party a reference stands for. */
export class Imports1763700001001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE import_job (
        import_id text COLLATE "C" PRIMARY KEY,
        version integer NOT NULL,
        status text NOT NULL CHECK (status IN ('RUNNING', 'COMPLETED', 'FAILED')),
        mapping text NOT NULL,
        total integer NOT NULL,
        created integer NOT NULL,
        existing integer NOT NULL,
        refused integer NOT NULL,
        asked_by jsonb NOT NULL,
        held_by text,
        held_until timestamptz,
        started_at timestamptz NOT NULL,
        finished_at timestamptz
      );
      CREATE INDEX import_job_running ON import_job (import_id) WHERE status = 'RUNNING';

      CREATE TABLE import_row (
        import_id text COLLATE "C" NOT NULL REFERENCES import_job,
        row_number integer NOT NULL,
        line integer NOT NULL,
        outcome text NOT NULL CHECK (outcome IN ('PENDING', 'CREATED', 'EXISTING', 'REFUSED')),
        reference text,
        party_reference text,
        commands jsonb,
        attempts integer NOT NULL DEFAULT 0,
        case_id text COLLATE "C",
        case_number text,
        party_id text COLLATE "C",
        reasons jsonb,
        PRIMARY KEY (import_id, row_number)
      );
      CREATE INDEX import_row_pending ON import_row (import_id, row_number) WHERE outcome = 'PENDING';
      CREATE INDEX import_row_refused ON import_row (import_id, row_number) WHERE outcome = 'REFUSED';

      CREATE TABLE external_reference (
        subject text NOT NULL CHECK (subject IN ('CASE', 'PARTY')),
        reference text COLLATE "C" NOT NULL,
        subject_id text COLLATE "C",
        case_number text,
        import_id text COLLATE "C" NOT NULL REFERENCES import_job,
        row_number integer NOT NULL,
        claimed_at timestamptz NOT NULL,
        settled_at timestamptz,
        PRIMARY KEY (subject, reference)
      );
    `);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only.'));
  }
}
