import pg from 'pg';
import { encodeTime } from 'ulid';
import type { Declaration } from '../ownership/declaration.js';
import { rolesOf } from './roles.js';

const MONTHS_AHEAD = 3;

/** The smallest event id of a moment: ids sort by the time in them. */
const lowestEventId = (at: Date): string => `evt_${encodeTime(at.getTime(), 10)}${'0'.repeat(16)}`;

/**
 * Makes this month's partition and the next ones of the log and of every inbox, so that old events can be dropped
 * instead of deleted. A month whose events already lie in the default partition stays there.
 * Times are the machine's, as the ids are.
 */
export async function ensurePartitions(
  admin: pg.Client,
  declarations: readonly Declaration[],
  today: Date,
): Promise<void> {
  const months = Array.from({ length: MONTHS_AHEAD + 1 }, (_, ahead) => {
    const month = (offset: number): Date => new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() + offset, 1));
    const from = month(ahead);
    return { suffix: from.toISOString().slice(0, 7).replace('-', '_'), from, to: month(ahead + 1) };
  });
  const parents = declarations.map((declaration) => ({
    schema: declaration.database.schema,
    owner: rolesOf(declaration).owner,
    table: declaration.module === 'platform' ? 'outbox_event' : 'inbox_event',
  }));
  const names = parents.flatMap(({ schema, table }) => months.map(({ suffix }) => `${schema}.${table}_${suffix}`));
  const { rows } = await admin.query<{ name: string }>(
    'SELECT name FROM unnest($1::text[]) AS name WHERE to_regclass(name) IS NULL',
    [names],
  );
  const missing = new Set(rows.map(({ name }) => name));
  for (const { schema, table, owner } of parents) {
    for (const { suffix, from, to } of months) {
      if (!missing.has(`${schema}.${table}_${suffix}`)) continue;
      const id = pg.escapeIdentifier;
      const name = `${id(schema)}.${id(`${table}_${suffix}`)}`;
      const range = `FROM ('${lowestEventId(from)}') TO ('${lowestEventId(to)}')`;
      await admin
        .query(
          `BEGIN; CREATE TABLE ${name} PARTITION OF ${id(schema)}.${id(table)} FOR VALUES ${range};
           ALTER TABLE ${name} OWNER TO ${id(owner)}; COMMIT`,
        )
        .catch(async (error: unknown) => {
          await admin.query('ROLLBACK');
          const CHECK_VIOLATION = '23514';
          if ((error as { code?: string }).code !== CHECK_VIOLATION) throw error;
        });
    }
  }
}
