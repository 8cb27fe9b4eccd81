import pg from 'pg';
import {
  appendOnlyTablesOf,
  slottedTablesOf,
  tablesOf,
  PLATFORM_TABLES,
  type Declaration,
} from '../ownership/declaration.js';
import { inTransaction } from './provision.js';
import { rolesOf } from './roles.js';
import { SLOTS, slotsOf, slotTable } from '../ownership/slots.js';

const name = pg.escapeIdentifier;

/** What a module may say of an event; position and transaction id are the log's own to set. */
const LOGGED_COLUMNS = [
  'id', 'producer', 'aggregate_type', 'aggregate_id', 'aggregate_version', 'event_type', 'event_version', 'topic',
  'event_key', 'payload_json', 'classification', 'correlation_id', 'causation_id', 'trace_context', 'occurred_at',
]; // prettier-ignore

/**
 * Makes the grants exactly what the declarations say: everything is revoked first, in the same transaction.
 * Run after migrations, by an administrator.
 * @param mark noted on the bus schema with the grants, so that a crash before them is seen.
 */
export async function grant(admin: pg.Client, declarations: readonly Declaration[], mark: string): Promise<void> {
  const modules = declarations.filter(({ module }) => module !== 'platform');
  const platform = declarations.find(({ module }) => module === 'platform');
  if (!platform) throw new Error('The platform has no declaration.');
  const everyone = declarations.map((declaration) => name(rolesOf(declaration).runtime)).join(', ');
  const statements = [
    ...declarations.flatMap(({ database: { schema } }) =>
      ['TABLES', 'SEQUENCES', 'FUNCTIONS'].map(
        (kind) => `REVOKE ALL ON ALL ${kind} IN SCHEMA ${name(schema)} FROM PUBLIC, ${everyone}`,
      ),
    ),
    ...declarations.map(({ database: { schema } }) => `REVOKE ALL ON SCHEMA ${name(schema)} FROM PUBLIC, ${everyone}`),
    ...modules.flatMap(moduleGrants),
    ...busGrants(platform, modules),
    `COMMENT ON SCHEMA bus IS ${pg.escapeLiteral(mark)}`,
  ];
  await inTransaction(admin, statements);
}

function moduleGrants(declaration: Declaration): string[] {
  const { runtime } = rolesOf(declaration);
  const schema = name(declaration.database.schema);
  const appendOnly = new Set(appendOnlyTablesOf(declaration));
  const slotted = slottedTablesOf(declaration);
  const rights = (table: string): string => {
    // What has slots is read as a whole and written slot by slot.
    if (table === 'schema_migration' || slotted.includes(table)) return 'SELECT';
    return appendOnly.has(table) ? 'SELECT, INSERT' : 'SELECT, INSERT, UPDATE, DELETE';
  };
  return [
    `GRANT USAGE ON SCHEMA ${schema} TO ${name(runtime)}`,
    ...[...tablesOf(declaration), ...PLATFORM_TABLES].map(
      (table) => `GRANT ${rights(table)} ON ${schema}.${name(table)} TO ${name(runtime)}`,
    ),
    ...slotted.flatMap((table) => [
      `GRANT SELECT ON ${schema}.${name(slotsOf(table))} TO ${name(runtime)}`,
      ...SLOTS.map(
        (slot) =>
          `GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON ${schema}.${name(slotTable(table, slot))} TO ${name(runtime)}`,
      ),
    ]),
    `GRANT USAGE ON ALL SEQUENCES IN SCHEMA ${schema} TO ${name(runtime)}`,
  ];
}

function busGrants(platform: Declaration, modules: readonly Declaration[]): string[] {
  const bus = name(rolesOf(platform).runtime);
  const pin = (declaration: Declaration): string[] => {
    const role = name(rolesOf(declaration).runtime);
    const policy = name(`producer_${declaration.module}`);
    return [
      `GRANT USAGE ON SCHEMA bus TO ${role}`,
      `GRANT INSERT (${LOGGED_COLUMNS.join(', ')}) ON bus.outbox_event TO ${role}`,
      `GRANT USAGE ON SEQUENCE bus.outbox_position TO ${role}`,
      `GRANT EXECUTE ON FUNCTION bus.require(boolean, text), bus.admits(text, bigint, bigint) TO ${role}`,
      `GRANT SELECT (name, paused) ON bus.control TO ${role}`,
      // One policy a role instead of a look-up in a table of roles: the same rule, nothing to read at each insert.
      `DROP POLICY IF EXISTS ${policy} ON bus.outbox_event`,
      `CREATE POLICY ${policy} ON bus.outbox_event FOR INSERT TO ${role} WITH CHECK (producer = ${pg.escapeLiteral(declaration.module)})`,
    ];
  };
  const commanders = Object.values(platform.aggregates).flatMap(({ commanded_by }) => commanded_by ?? []);
  return [
    ...[platform, ...modules].flatMap(pin),
    `GRANT SELECT ON bus.outbox_event, bus.control, bus.cluster_identity, bus.retired_partition,
       bus.schema_migration TO ${bus}`,
    `GRANT UPDATE (checked_at, intact) ON bus.retired_partition TO ${bus}`,
    `GRANT SELECT, INSERT, UPDATE ON bus.application_clock TO ${bus}`,
    'DROP POLICY IF EXISTS reader ON bus.outbox_event',
    `CREATE POLICY reader ON bus.outbox_event FOR SELECT TO ${bus} USING (true)`,
    ...modules
      .filter(({ module }) => commanders.includes(module))
      .map((declaration) => {
        const role = name(rolesOf(declaration).runtime);
        return `GRANT EXECUTE ON FUNCTION bus.set_paused(text, boolean, text, text, timestamptz) TO ${role}`;
      }),
  ];
}
