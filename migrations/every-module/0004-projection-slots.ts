import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which slot of each projection readers see, what version of the code filled it, and the rebuild that fills the other. */
export class ProjectionSlots1763700000004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE projection_slot (
        projection text PRIMARY KEY,
        active_slot text COLLATE "C" NOT NULL CHECK (active_slot IN ('a', 'b')),
        version integer NOT NULL,
        switched_at timestamptz,
        -- The rebuild that filled the active one.
        switched_by text COLLATE "C",
        rebuild_job text COLLATE "C",
        rebuild_version integer,
        CHECK ((rebuild_job IS NULL) = (rebuild_version IS NULL))
      ) WITH (fillfactor = 40);
    `);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only.'));
  }
}
