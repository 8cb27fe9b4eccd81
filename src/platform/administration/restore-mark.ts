import type pg from 'pg';

/** Stands on the bus schema, in place of the mark of a prepared database, from a restore's first step to its last. */
export const RESTORING = 'remit restore under way';

/** Whether a restore was begun here and never finished: nothing may be done with such a database but to restore again. */
export async function isUnfinishedRestore(connection: pg.ClientBase): Promise<boolean> {
  const { rowCount } = await connection.query(
    `SELECT FROM pg_namespace WHERE nspname = 'bus' AND obj_description(oid, 'pg_namespace') = $1`,
    [RESTORING],
  );
  return rowCount === 1;
}

/** @throws Error in one line that says what to do */
export async function refuseUnfinishedRestore(connection: pg.ClientBase): Promise<void> {
  if (await isUnfinishedRestore(connection))
    throw new Error('A restore into this database was not finished: run "remit db restore" again, which starts anew.');
}
