import type { Envelope } from '../../platform/messaging/envelope.js';
import type { ProjectionTransaction } from '../../platform/messaging/projection-transaction.js';
import { isStale, touch, type Provenance } from './provenance.js';

/** How one kind of row follows from events. Pure: the same events give the same row, live or rebuilt. */
export interface Recipe<Row extends Provenance> {
  /** The rows that the event touches. */
  keysOf(event: Envelope): readonly string[];
  keyOf(row: Row): string;
  /** A row that no event has touched, with every column. */
  blank(key: string): Row;
  /** What the event changes in the row. */
  change(row: Row, event: Envelope): Partial<Row>;
}

export interface Folded<Row> {
  changed: Row[];
  /** Touches by a version that the row already held; they changed nothing. */
  stale: number;
}

/**
 * Folds events into rows, each row once however many events touch it. Versions are compared per source aggregate, so
 * that nothing depends on the order in which different aggregates' events come. Rows are changed in place: they are
 * the batch's own.
 */
export function fold<Row extends Provenance>(
  recipe: Recipe<Row>,
  before: ReadonlyMap<string, Row>,
  events: readonly Envelope[],
): Folded<Row> {
  const changed = new Map<string, Row>();
  let stale = 0;
  for (const event of events) {
    for (const key of recipe.keysOf(event)) {
      const row = changed.get(key) ?? before.get(key) ?? recipe.blank(key);
      if (isStale(row, event)) {
        stale += 1;
        continue;
      }
      Object.assign(row, recipe.change(row, event));
      touch(row, event);
      changed.set(key, row);
    }
  }
  return { changed: [...changed.values()], stale };
}

/** Where rows of one kind are kept: the columns are those of a blank row. */
export interface Store {
  name: string;
  /** Its table as declared. */
  table: string;
  /** The columns of its primary key. */
  key: readonly string[];
  /** Which rows have the keys in `$1`, a `text[]`. Those whose only key column is among them, unless given. */
  which?: string;
}

/**
 * Answers the rows as one JSON array: read by columns, 500 dossiers take half as long again. Without locks: a consumer
 * has one holder, and whoever else writes cannot commit.
 */
const loadText = (table: string, { key, which = `${key.join(', ')} = ANY ($1)` }: Store): string =>
  `SELECT json_agg(r) AS rows FROM ${table} r WHERE ${which}`;

/** Takes the rows as a JSON array, and replaces those that are there. */
function saveText(table: string, key: readonly string[], columns: readonly string[]): string {
  const all = columns.join(', ');
  const others = columns.filter((column) => !key.includes(column)).map((column) => `${column} = excluded.${column}`);
  return `INSERT INTO ${table} (${all}) SELECT ${all} FROM jsonb_populate_recordset(NULL::${table}, $1)
    ON CONFLICT (${key.join(', ')}) DO UPDATE SET ${others.join(', ')}`;
}

/** Applies a batch in two statements: the rows as they are, and those that changed. */
export async function applyTo<Row extends Provenance>(
  store: Store,
  recipe: Recipe<Row>,
  events: readonly Envelope[],
  transaction: ProjectionTransaction,
): Promise<void> {
  const table = transaction.table(store.table);
  const keys = [...new Set(events.flatMap((event) => recipe.keysOf(event)))];
  const [found] = await transaction.query<{ rows: Row[] | null }>({
    name: `${store.name}_load`,
    text: loadText(table, store),
    values: [keys],
  });
  const before = new Map(found?.rows?.map((row) => [recipe.keyOf(row), row]));
  const { changed, stale } = fold(recipe, before, events);
  for (const row of changed) row.projected_at = transaction.now;
  const text = saveText(table, store.key, Object.keys(recipe.blank('')));
  const values = [JSON.stringify(changed)];
  transaction.upsert({ name: `${store.name}_save`, text, values }, changed.length + stale);
}

/**
 * Notes that rows change in this transaction, so that a page read before can be known to be what would be read now. No
 * number twice: neither in a slot that is filled anew, nor after a crash that took the last of them along.
 */
export function revise(revision: string, transaction: ProjectionTransaction): void {
  transaction.write({
    name: revision,
    text: `INSERT INTO ${transaction.table(revision)} (revision) VALUES (gen_random_uuid())
           ON CONFLICT (singleton) DO UPDATE SET revision = excluded.revision`,
    values: [],
  });
}
