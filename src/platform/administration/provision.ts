import { createHash, randomBytes } from 'node:crypto';
import pg from 'pg';
import type { Declaration } from '../ownership/declaration.js';
import { Credentials, scramVerifier } from './credentials.js';
import { rolesOf } from './roles.js';

const OLDEST_SERVER = 150_000;
/** Raise when what provisioning does changes, so that servers provisioned by older code are done again. */
const PROVISIONING = 2;
/** The salt of the credentials is noted on this role, what was done for a module on the role that it runs as. */
const SALT_NOTE = { role: 'remit_bus_owner', pattern: /^remit salt=([0-9a-f]+)/ };

const name = pg.escapeIdentifier;
const literal = pg.escapeLiteral;

interface Server {
  version: number;
  superuser: boolean;
  /** Every role, with the comment on it. */
  roles: Record<string, string | null>;
}

/** Every password changes in one transaction, together with these statements. */
export interface Rotation {
  with: readonly string[];
}

/**
 * Creates or mends the roles that the databases of a server share: three a module. Touches only those of modules that
 * are not as they should be, so that databases with other modules on the same server are left alone.
 * @param rotation gives every role another password than it had
 * @throws Error when the server is older than PostgreSQL 15.
 */
export async function provisionRoles(
  admin: pg.Client,
  declarations: readonly Declaration[],
  administratorSecret: string,
  rotation?: Rotation,
): Promise<Credentials> {
  const server = await inspect(admin);
  const [, knownSalt] = SALT_NOTE.pattern.exec(server.roles[SALT_NOTE.role] ?? '') ?? [];
  const salt = (rotation ? undefined : knownSalt) ?? randomBytes(16).toString('hex');
  const credentials = new Credentials(administratorSecret, salt);
  const behind = declarations.filter((declaration) => {
    const { owner, runtime, migrator } = rolesOf(declaration);
    const isThere = [owner, migrator].every((role) => role in server.roles);
    return !isThere || server.roles[runtime] !== noteOf(declaration, credentials);
  });
  if (behind.length > 0 || salt !== knownSalt) {
    const note = (role: string, text: string): string => `COMMENT ON ROLE ${name(role)} IS ${literal(text)}`;
    await inTransaction(admin, [
      ...behind.flatMap((declaration) => roleStatements(declaration, server, credentials)),
      // Written last and with the rest: what a crash left half done has no note.
      ...behind.map((declaration) => note(rolesOf(declaration).runtime, noteOf(declaration, credentials))),
      note(SALT_NOTE.role, `remit salt=${salt}`),
      ...(rotation?.with ?? []),
    ]);
  }
  return credentials;
}

/** The credentials that the roles have now. @throws Error when the server was never provisioned */
export async function presentCredentials(admin: pg.Client, administratorSecret: string): Promise<Credentials> {
  const { roles } = await inspect(admin);
  const [, salt] = SALT_NOTE.pattern.exec(roles[SALT_NOTE.role] ?? '') ?? [];
  if (salt === undefined) throw new Error('The server was never provisioned: run "remit db provision".');
  return new Credentials(administratorSecret, salt);
}

/** Says what was done for a module's roles, by what code and with which credentials. */
function noteOf({ database }: Declaration, credentials: Credentials): string {
  const done = JSON.stringify([PROVISIONING, credentials.fingerprint(), database]);
  return `remit done=${createHash('sha256').update(done).digest('hex')}`;
}

/**
 * Creates or mends the schemas of this database. Repeatable.
 * @param mark noted on the bus schema with them
 */
export function provisionSchemas(admin: pg.Client, declarations: readonly Declaration[], mark?: string): Promise<void> {
  return inTransaction(admin, [
    `DO $$ BEGIN EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database()); END $$`,
    'REVOKE ALL ON SCHEMA public FROM PUBLIC',
    ...declarations.flatMap(schemaStatements),
    ...(mark === undefined ? [] : [`COMMENT ON SCHEMA bus IS ${literal(mark)}`]),
  ]);
}

/** Runs the statements as one transaction. */
export async function inTransaction(admin: pg.Client, statements: readonly string[]): Promise<void> {
  await admin.query(['BEGIN', ...statements, 'COMMIT'].join(';\n')).catch(async (error: unknown) => {
    await admin.query('ROLLBACK');
    throw error;
  });
}

async function inspect(admin: pg.Client): Promise<Server> {
  const { rows } = await admin.query<Server>(`
    SELECT current_setting('server_version_num')::int AS version,
      (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS superuser,
      (SELECT jsonb_object_agg(rolname, shobj_description(oid, 'pg_authid')) FROM pg_roles) AS roles`);
  const server = rows[0];
  if (!server || server.version < OLDEST_SERVER) throw new Error('PostgreSQL 15 or newer is needed.');
  return server;
}

/**
 * The reader polls the log many times a second by the same statements. Planning a poll took three times as long as
 * the poll; planned once, when nothing is known of the cursor, it must not fall back to reading the whole log.
 */
const READER_PLANS = ['plan_cache_mode = force_generic_plan', 'enable_seqscan = off'];

function roleStatements(declaration: Declaration, server: Server, credentials: Credentials): string[] {
  const { owner, runtime, migrator } = rolesOf(declaration);
  const set = (role: string, setting: string): string => `ALTER ROLE ${name(role)} SET ${setting}`;
  const login = (role: string): string[] => [
    `${role in server.roles ? 'ALTER' : 'CREATE'} ROLE ${name(role)} LOGIN NOINHERIT PASSWORD ${literal(scramVerifier(credentials.passwordOf(role)))}`,
    set(role, `search_path = ${name(declaration.database.schema)}`),
  ];
  return [
    ...(owner in server.roles ? [] : [`CREATE ROLE ${name(owner)} NOLOGIN`]),
    // Only a superuser may hand objects to a role that it is not a member of.
    ...(server.superuser ? [] : [`GRANT ${name(owner)} TO CURRENT_USER`]),
    ...login(runtime),
    ...(declaration.module === 'platform' ? READER_PLANS.map((setting) => set(runtime, setting)) : []),
    ...login(migrator),
    `GRANT ${name(owner)} TO ${name(migrator)}`,
    set(migrator, `role = ${literal(owner)}`),
    // A process that was frozen inside a transaction must not hold its rows for ever.
    set(runtime, `idle_in_transaction_session_timeout = '15s'`),
    set(runtime, `statement_timeout = '30s'`),
    set(runtime, `lock_timeout = '10s'`),
    // Short statements, run often: compiling them costs more than it saves.
    set(runtime, 'jit = off'),
  ];
}

function schemaStatements(declaration: Declaration): string[] {
  const { owner, runtime, migrator } = rolesOf(declaration);
  const schema = name(declaration.database.schema);
  return [
    `DO $$ BEGIN EXECUTE format('GRANT CONNECT ON DATABASE %I TO ${name(runtime)}, ${name(migrator)}', current_database()); END $$`,
    `CREATE SCHEMA IF NOT EXISTS ${schema} AUTHORIZATION ${name(owner)}`,
    `REVOKE ALL ON SCHEMA ${schema} FROM PUBLIC`,
    // Only the global form takes EXECUTE on functions and USAGE on types from PUBLIC.
    `ALTER DEFAULT PRIVILEGES FOR ROLE ${name(owner)} REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC`,
    `ALTER DEFAULT PRIVILEGES FOR ROLE ${name(owner)} REVOKE USAGE ON TYPES FROM PUBLIC`,
  ];
}
