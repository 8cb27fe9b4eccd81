import type pg from 'pg';

/**
 * What the witness inside each process writes to, in a schema that no module knows: an effect each, in the
 * transaction of the effect itself, and every offset that was moved. Nothing here is unique, so that twice is seen.
 */
export async function createWitness(admin: pg.ClientBase): Promise<void> {
  await admin.query(`
    CREATE SCHEMA witness;
    CREATE TABLE witness.effect (
      written bigint GENERATED ALWAYS AS IDENTITY,
      consumer text NOT NULL,
      event_id text COLLATE "C" NOT NULL,
      half boolean NOT NULL DEFAULT false
    );
    CREATE INDEX ON witness.effect (consumer, event_id);
    CREATE TABLE witness.move (
      written bigint GENERATED ALWAYS AS IDENTITY,
      consumer text NOT NULL,
      epoch bigint NOT NULL
    );
    GRANT USAGE ON SCHEMA witness TO PUBLIC;
    GRANT INSERT ON witness.effect, witness.move TO PUBLIC;
  `);
}
