import type pg from 'pg';

/** Codes of case types: so many that their counters do not stand in each other's way. */
export const CASE_TYPES: readonly string[] = Array.from(
  { length: 200 },
  (_, index) => `T${String.fromCharCode(65 + Math.floor(index / 26), 65 + (index % 26))}`,
);

export async function addCaseTypes(admin: pg.Pool): Promise<void> {
  await admin.query(
    `INSERT INTO case_registry.case_type (code, name) SELECT code, 'Type ' || code FROM unnest($1::text[]) AS code`,
    [CASE_TYPES],
  );
}
