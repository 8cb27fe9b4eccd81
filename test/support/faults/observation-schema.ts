import type pg from 'pg';

/**
 * What the probe of each process records, in a schema that belongs to no module: an effect each, in the
 * transaction of the effect itself, and every offset that was moved. Nothing here is unique, so that twice is seen.
 */
export async function createObservationSchema(admin: pg.ClientBase): Promise<void> {
  await admin.query(`
    CREATE SCHEMA observed;
    CREATE TABLE observed.effect (
      written bigint GENERATED ALWAYS AS IDENTITY,
      consumer text NOT NULL,
      event_id text COLLATE "C" NOT NULL,
      half boolean NOT NULL DEFAULT false
    );
    CREATE INDEX ON observed.effect (consumer, event_id);
    CREATE TABLE observed.move (
      written bigint GENERATED ALWAYS AS IDENTITY,
      consumer text NOT NULL,
      epoch bigint NOT NULL
    );
    GRANT USAGE ON SCHEMA observed TO PUBLIC;
    GRANT INSERT ON observed.effect, observed.move TO PUBLIC;
  `);
}
