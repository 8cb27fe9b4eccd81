import type pg from 'pg';

/** Protections that lie in the database, each taken away alone, to show that the checks notice. */
export const weakened = {
  /** First answers are thrown away, so that a repeat with a key is a command like any other. */
  'keeps no first answers': async (admin: pg.ClientBase): Promise<void> => {
    await admin.query(`CREATE FUNCTION observed.forget() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'`);
    for (const schema of ['party', 'case_registry'])
      await admin.query(`CREATE TRIGGER forget BEFORE INSERT ON ${schema}.idempotency_record
        FOR EACH ROW EXECUTE FUNCTION observed.forget()`);
    await admin.query('GRANT EXECUTE ON FUNCTION observed.forget() TO PUBLIC');
  },
  /** The inbox takes an event as new however often it comes. */
  'knows no repeats in the inbox': async (admin: pg.ClientBase): Promise<void> => {
    const { rows } = await admin.query<{ schema: string }>(
      `SELECT schemaname AS schema FROM pg_tables WHERE tablename = 'inbox_event'`,
    );
    for (const { schema } of rows)
      await admin.query(`ALTER TABLE ${schema}.inbox_event DROP CONSTRAINT inbox_event_pkey`);
  },
  /** Commits are acknowledged before they are on the disk, and for a long time stay where a crash takes them away. */
  'does not wait for the disk': async (admin: pg.ClientBase): Promise<void> => {
    await admin.query(`ALTER SYSTEM SET wal_writer_delay = '10s'`);
    await admin.query(`ALTER SYSTEM SET wal_writer_flush_after = '1GB'`);
    await admin.query(
      `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit = off', current_database()); END $$`,
    );
    await admin.query('SELECT pg_reload_conf()');
  },
};
