import { createHash, randomBytes } from 'node:crypto';
import pg from 'pg';
import type { Declaration } from '../ownership/declaration.js';
import { Credentials, scramVerifier } from './credentials.js';
import { rolesOf } from './roles.js';

const OLDEST_SERVER = 150_000;
/** Raise when what provisioning does changes, so that servers provisioned by older code are done again. */
const PROVISIONING = 1;
const MARK = /^remit salt=([0-9a-f]+) done=([0-9a-f]*)$/;

const name = pg.escapeIdentifier;
const literal = pg.escapeLiteral;

interface Server {
  version: number;
  superuser: boolean;
  roles: string[];
  /** The salt of the credentials and a digest of what was done last. */
  mark: string | null;
}

/**
 * Creates or mends the roles that the databases of a server share: three a module. Does nothing when nothing changed.
 * @throws Error when the server is older than PostgreSQL 15.
 */
export async function provisionRoles(
  admin: pg.Client,
  declarations: readonly Declaration[],
  administratorSecret: string,
): Promise<Credentials> {
  const server = await inspect(admin);
  const [, knownSalt, done] = MARK.exec(server.mark ?? '') ?? [];
  const salt = knownSalt ?? randomBytes(16).toString('hex');
  const credentials = new Credentials(administratorSecret, salt);
  const wanted = createHash('sha256')
    .update(JSON.stringify([PROVISIONING, credentials.fingerprint(), declarations.map(({ database }) => database)]))
    .digest('hex');
  if (done !== wanted) {
    await inTransaction(admin, [
      ...declarations.flatMap((declaration) => roleStatements(declaration, server, credentials)),
      // Written last and with the rest: what a crash left half done has no mark.
      `COMMENT ON ROLE remit_bus_owner IS ${literal(`remit salt=${salt} done=${wanted}`)}`,
    ]);
  }
  return credentials;
}

/** Creates or mends the schemas of this database. Repeatable. */
export function provisionSchemas(admin: pg.Client, declarations: readonly Declaration[]): Promise<void> {
  return inTransaction(admin, [
    `DO $$ BEGIN EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database()); END $$`,
    'REVOKE ALL ON SCHEMA public FROM PUBLIC',
    ...declarations.flatMap(schemaStatements),
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
      (SELECT array_agg(rolname::text) FROM pg_roles) AS roles,
      (SELECT shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname = 'remit_bus_owner') AS mark`);
  const server = rows[0];
  if (!server || server.version < OLDEST_SERVER) throw new Error('PostgreSQL 15 or newer is needed.');
  return server;
}

function roleStatements(declaration: Declaration, server: Server, credentials: Credentials): string[] {
  const { owner, runtime, migrator } = rolesOf(declaration);
  const set = (role: string, setting: string): string => `ALTER ROLE ${name(role)} SET ${setting}`;
  const login = (role: string): string[] => [
    `${server.roles.includes(role) ? 'ALTER' : 'CREATE'} ROLE ${name(role)} LOGIN NOINHERIT PASSWORD ${literal(scramVerifier(credentials.passwordOf(role)))}`,
    set(role, `search_path = ${name(declaration.database.schema)}`),
  ];
  return [
    ...(server.roles.includes(owner) ? [] : [`CREATE ROLE ${name(owner)} NOLOGIN`]),
    // Only a superuser may hand objects to a role that it is not a member of.
    ...(server.superuser ? [] : [`GRANT ${name(owner)} TO CURRENT_USER`]),
    ...login(runtime),
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
