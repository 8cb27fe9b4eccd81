import pg from 'pg';

/** The two places for the rows of a projection: readers see one, a rebuild fills the other. */
export const SLOTS = ['a', 'b'] as const;
export type Slot = (typeof SLOTS)[number];

export const otherSlot = (slot: Slot): Slot => (slot === 'a' ? 'b' : 'a');

/** The table that holds a projection's rows of one slot. */
export const slotTable = (table: string, slot: Slot): string => `${table}_${slot}`;

/** What holds both slots. The declared name itself is a view of the slot that readers see. */
export const slotsOf = (table: string): string => `${table}_slots`;

const literal = pg.escapeLiteral;

/**
 * SQL that gives a view its columns: all of the table but the slot. A view of one partitioned table is planned as if
 * the table stood in its place, so that conditions, joins and orders reach the indexes, and the slot that readers do
 * not see is left unread.
 */
const viewOf = (projection: string, table: string): string => `
  EXECUTE (SELECT format(
    'CREATE VIEW %I WITH (security_invoker) AS SELECT %s FROM %I
       WHERE slot = (SELECT active_slot FROM projection_slot WHERE projection = %L)',
    ${literal(table)}, string_agg(quote_ident(attname), ', ' ORDER BY attnum), ${literal(slotsOf(table))}, ${literal(projection)})
  FROM pg_attribute WHERE attrelid = ${literal(slotTable(table, 'a'))}::regclass AND attnum > 0 AND NOT attisdropped
    AND attname <> 'slot');`;

/**
 * SQL of a migration that makes a projection's table into two slots without copying a row: it becomes the first one. It
 * must go on making what it makes now, as every migration that has been released.
 */
export function intoSlots(projection: string, table: string): string {
  const [whole, a, b] = [slotsOf(table), slotTable(table, 'a'), slotTable(table, 'b')];
  return `DO $slots$
    DECLARE options text;
    BEGIN
      ALTER TABLE ${table} RENAME TO ${a};
      ALTER TABLE ${a} ADD COLUMN slot text COLLATE "C" NOT NULL DEFAULT 'a';
      CREATE TABLE ${b} (LIKE ${a} INCLUDING ALL);
      ALTER TABLE ${b} ALTER COLUMN slot SET DEFAULT 'b';
      SELECT array_to_string(reloptions, ', ') INTO options FROM pg_class WHERE oid = '${a}'::regclass;
      IF options IS NOT NULL THEN
        EXECUTE format('ALTER TABLE ${b} SET (%s)', options);
      END IF;
      CREATE TABLE ${whole} (LIKE ${a}) PARTITION BY LIST (slot);
      ALTER TABLE ${whole} ATTACH PARTITION ${a} FOR VALUES IN ('a');
      ALTER TABLE ${whole} ATTACH PARTITION ${b} FOR VALUES IN ('b');
      INSERT INTO projection_slot (projection, active_slot, version) VALUES (${literal(projection)}, 'a', 1)
        ON CONFLICT DO NOTHING;
      ${viewOf(projection, table)}
    END $slots$`;
}

/** SQL of a migration that changes a table which has slots, such as `ADD COLUMN ...`: in both of them and in the view. */
export const alterSlots = (projection: string, table: string, change: string): string => `DO $slots$
    BEGIN
      DROP VIEW ${table};
      ALTER TABLE ${slotsOf(table)} ${change};
      ${viewOf(projection, table)}
    END $slots$`;
