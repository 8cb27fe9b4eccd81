import pg from 'pg';
import type { Declaration } from '../../ownership/declaration.js';
import { MIGRATION_TABLE } from '../migrate.js';

/** A table with rows of its own to keep; a partitioned one counts as one table. */
export interface Table {
  schema: string;
  name: string;
  columns: string[];
  /** Its primary key, or all columns of a table without one. */
  key: string[];
}

export interface Partition {
  schema: string;
  parent: string;
  name: string;
  /** The first event id of it, and the first after it. */
  from: string;
  to: string;
}

export interface Sequence {
  schema: string;
  name: string;
  value: string;
  called: boolean;
}

/** Made anew by whoever restores: they say how this database came to be, not what is in it. */
const OF_THE_DATABASE = [MIGRATION_TABLE, 'cluster_identity'];

const schemasOf = (declarations: readonly Declaration[]): string[] =>
  declarations.map(({ database: { schema } }) => schema);

/** Tables in an order in which rows come after those that they refer to. */
export async function tablesIn(admin: pg.ClientBase, declarations: readonly Declaration[]): Promise<Table[]> {
  const { rows } = await admin.query<Table & { oid: string; refers: string[]; slotted: boolean }>(
    `SELECT n.nspname AS schema, c.relname AS name, c.oid::text AS oid,
       ARRAY(SELECT attname::text FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped
         AND attgenerated = '' ORDER BY attnum) AS columns,
       ARRAY(SELECT attname::text FROM pg_index, unnest(indkey) WITH ORDINALITY AS k (attnum, place)
         JOIN pg_attribute a USING (attnum) WHERE indrelid = keyed.oid AND indisprimary AND attrelid = keyed.oid
         ORDER BY place) AS key, keyed.oid <> c.oid AS slotted,
       ARRAY(SELECT confrelid::text FROM pg_constraint WHERE conrelid = c.oid AND contype = 'f') AS refers
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     -- What has slots has its keys slot by slot.
     CROSS JOIN LATERAL (SELECT coalesce((SELECT min(inhrelid::bigint)::oid FROM pg_inherits
       JOIN pg_partitioned_table ON partrelid = inhparent AND partstrat = 'l' WHERE inhparent = c.oid), c.oid) AS oid) keyed
     WHERE n.nspname = ANY ($1) AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname <> ALL ($2)
     ORDER BY n.nspname, c.relname`,
    [schemasOf(declarations), OF_THE_DATABASE],
  );
  const byKey = new Map(rows.map((row) => [row.oid, row]));
  const ordered = new Set<(typeof rows)[number]>();
  const place = (row: (typeof rows)[number], above: readonly string[]): void => {
    for (const referred of row.refers.filter((each) => each !== row.oid && !above.includes(each))) {
      const found = byKey.get(referred);
      if (found) place(found, [...above, row.oid]);
    }
    ordered.add(row);
  };
  for (const row of rows) place(row, []);
  return [...ordered].map(({ schema, name, columns, key, slotted }) => ({
    schema,
    name,
    columns,
    key: key.length > 0 ? [...key, ...(slotted ? ['slot'] : [])] : columns,
  }));
}

/** The partitions that have bounds, by parent and age. */
export async function partitionsIn(admin: pg.ClientBase, declarations: readonly Declaration[]): Promise<Partition[]> {
  const { rows } = await admin.query<Partition>(
    `SELECT n.nspname AS schema, p.relname AS parent, c.relname AS name, bounds[1] AS from, bounds[2] AS to
     FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_class p ON p.oid = i.inhparent
     JOIN pg_namespace n ON n.oid = p.relnamespace,
     LATERAL regexp_match(pg_get_expr(c.relpartbound, c.oid), $2) AS bounds
     WHERE n.nspname = ANY ($1) AND p.relkind = 'p' AND bounds IS NOT NULL ORDER BY 1, 2, 4`,
    [schemasOf(declarations), `^FOR VALUES FROM \\('(\\w+)'\\) TO \\('(\\w+)'\\)$`],
  );
  return rows;
}

/** Where the sequences stand. Read after the rows' snapshot was taken, none is behind what the rows hold. */
export async function sequencesIn(admin: pg.ClientBase, declarations: readonly Declaration[]): Promise<Sequence[]> {
  const { rows } = await admin.query<Sequence>(
    `SELECT n.nspname AS schema, c.relname AS name, coalesce(pg_sequence_last_value(c.oid), s.seqstart)::text AS value,
       pg_sequence_last_value(c.oid) IS NOT NULL AS called
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_sequence s ON s.seqrelid = c.oid
     WHERE n.nspname = ANY ($1) AND NOT EXISTS (
       SELECT 1 FROM pg_depend d JOIN pg_class t ON t.oid = d.refobjid
       WHERE d.objid = c.oid AND d.deptype IN ('a', 'i') AND t.relname = ANY ($2))
     ORDER BY 1, 2`,
    [schemasOf(declarations), OF_THE_DATABASE],
  );
  return rows;
}

export const qualified = ({ schema, name }: { schema: string; name: string }): string =>
  `${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(name)}`;
