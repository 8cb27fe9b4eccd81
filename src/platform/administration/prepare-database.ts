import { createHash } from 'node:crypto';
import type pg from 'pg';
import type { Declaration } from '../ownership/declaration.js';
import { connectionFor, type Credentials } from './credentials.js';
import { connected, explained } from '../database/connected.js';
import { hasCode } from '../base/error-code.js';
import { grant } from './grants.js';
import { migrate, migrationsOf, NewerSchemaError, status, type SchemaStatus } from './migrate.js';
import { requireKnown, variableOf, type Connections } from '../database/module-variables.js';
import { presentCredentials, provisionRoles, provisionSchemas } from './provision.js';
import { refuseUnfinishedRestore } from './restore-mark.js';
import { rolesOf } from './roles.js';
import { clusterState, settleCluster } from './settle-cluster.js';

/** Any fixed number: replicas that start at once take turns. */
const PREPARATION_LOCK = 7_306_413_201;

/**
 * Runs work as the administrator, one process at a time, or until the work itself lets the next one in.
 * @throws ConfigurationError in one line when the server cannot be used
 */
export async function asAdministrator<T>(
  url: string,
  work: (admin: pg.Client, unlock: () => Promise<unknown>) => Promise<T>,
): Promise<T> {
  const admin = await connected(url, 'DATABASE_URL');
  try {
    await admin.query('SELECT pg_advisory_lock($1)', [PREPARATION_LOCK]);
    return await work(admin, () => admin.query('SELECT pg_advisory_unlock($1)', [PREPARATION_LOCK]));
  } finally {
    await admin.end();
  }
}

/** Provisions, migrates and grants, and answers how each module connects. Does only what is still to do. */
export function prepareDatabase(
  administratorUrl: string,
  declarations: readonly Declaration[],
  given: Readonly<Record<string, string>> = {},
): Promise<Connections> {
  requireKnown(given, declarations);
  return asAdministrator(administratorUrl, async (admin) => {
    await refuseUnfinishedRestore(admin);
    const credentials = await rolesProvisioned(admin, declarations, administratorUrl);
    const urlOf = (role: string): string => connectionFor(administratorUrl, role, credentials.passwordOf(role));
    const wanted = await digestOf(declarations);
    const { mark, open } = await standingOf(admin);
    const ready = mark === wanted;
    if (!ready || open) await provisionSchemas(admin, declarations);
    await migrate(admin, declarations, (declaration) => urlOf(rolesOf(declaration).migrator));
    await settleCluster(admin, declarations);
    if (!ready) await grant(admin, declarations, wanted);
    return connectionsOf(administratorUrl, declarations, credentials, given);
  });
}

/** How each module of a provisioned database connects at present. Changes nothing. */
export async function presentConnections(
  administratorUrl: string,
  declarations: readonly Declaration[],
  given: Readonly<Record<string, string>> = {},
): Promise<Connections> {
  const admin = await connected(administratorUrl, 'DATABASE_URL');
  try {
    const credentials = await presentCredentials(admin, secretOf(administratorUrl));
    return connectionsOf(administratorUrl, declarations, credentials, given);
  } finally {
    await admin.end();
  }
}

const connectionsOf = (
  administratorUrl: string,
  declarations: readonly Declaration[],
  credentials: Credentials,
  given: Readonly<Record<string, string>>,
): Connections =>
  new Map(
    declarations.map((declaration) => {
      const { runtime } = rolesOf(declaration);
      const own = connectionFor(administratorUrl, runtime, credentials.passwordOf(runtime));
      return [declaration.module, given[declaration.module] ?? own];
    }),
  );

/** Roles and schemas alone, for an administrator who lets migrations run later. */
export function provisionDatabase(administratorUrl: string, declarations: readonly Declaration[]): Promise<void> {
  return asAdministrator(administratorUrl, async (admin) => {
    await refuseUnfinishedRestore(admin);
    await rolesProvisioned(admin, declarations, administratorUrl);
    await provisionSchemas(admin, declarations);
  });
}

/** The first thing that takes an administrator: whoever is none is told here. */
const rolesProvisioned = (admin: pg.Client, declarations: readonly Declaration[], url: string): Promise<Credentials> =>
  provisionRoles(admin, declarations, secretOf(url)).catch((error: unknown) => {
    throw explained(error, 'DATABASE_URL', url);
  });

/** Everything that schemas and grants follow from. */
export async function digestOf(declarations: readonly Declaration[]): Promise<string> {
  const migrations = await Promise.all(declarations.map((declaration) => migrationsOf(declaration)));
  const names = migrations.map((each) => each.map(({ name }) => name));
  return createHash('sha256')
    .update(JSON.stringify([declarations, names]))
    .digest('hex');
}

/**
 * The mark of what was done to this database, and whether it is open to everybody: a copy and a restored dump bring
 * the mark along, but not the privileges on the database itself.
 */
async function standingOf(admin: pg.Client): Promise<{ mark: string | null; open: boolean }> {
  const { rows } = await admin.query<{ mark: string | null; open: boolean }>(
    `SELECT (SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = 'bus') AS mark,
       EXISTS (SELECT 1 FROM aclexplode(coalesce(datacl, acldefault('d', datdba))) WHERE grantee = 0) AS open
     FROM pg_database WHERE datname = current_database()`,
  );
  return rows[0] ?? { mark: null, open: true };
}

/**
 * For a database that someone else prepares: checks, changes nothing.
 * @throws Error in one line when a module's schema is behind this code or ahead of it.
 */
export async function checkDatabase(
  given: Readonly<Record<string, string>>,
  declarations: readonly Declaration[],
): Promise<Connections> {
  await eachGiven(given, declarations, async (client, declaration) => {
    const [found] = await status(client, [declaration]).catch(behindGrants);
    if (found && found.unknown.length > 0) throw new NewerSchemaError(found);
    if (found && found.pending.length > 0)
      throw new Error(`The schema ${found.schema} is behind: run "remit db migrate" as an administrator first.`);
    if (declaration.module === 'platform') await checkBus(client);
  });
  return new Map(declarations.map(({ module }) => [module, given[module] ?? '']));
}

/** What each schema has run, as each module sees its own. Changes nothing. */
export async function givenStatus(
  given: Readonly<Record<string, string>>,
  declarations: readonly Declaration[],
): Promise<SchemaStatus[]> {
  const found: SchemaStatus[] = [];
  await eachGiven(given, declarations, async (client, declaration) => {
    found.push(...(await status(client, [declaration]).catch(behindGrants)));
  });
  return found;
}

/** Visits each module's schema by its own connection. */
async function eachGiven(
  given: Readonly<Record<string, string>>,
  declarations: readonly Declaration[],
  visit: (client: pg.Client, declaration: Declaration) => Promise<void>,
): Promise<void> {
  requireKnown(given, declarations);
  for (const declaration of declarations) {
    const variable = variableOf(declaration.module);
    const url = given[declaration.module];
    if (!url) throw new Error(`${variable} is missing: without DATABASE_URL each module needs its own.`);
    const client = await connected(url, variable);
    try {
      await visit(client, declaration);
    } finally {
      await client.end();
    }
  }
}

/** What each role may read grows with releases: an older database does not let the log's reader see its version. */
function behindGrants(error: unknown): never {
  if (!hasCode(error, '42501')) throw error;
  throw new Error('The grants are behind: run "remit db migrate" as an administrator first.', { cause: error });
}

/** @throws Error in one line when the log was half restored, or moved here from another cluster and not settled yet. */
async function checkBus(client: pg.Client): Promise<void> {
  await refuseUnfinishedRestore(client);
  const { known, present } = await clusterState(client);
  if (known !== null && present !== null && known !== present)
    throw new Error('The database comes from another cluster: run "remit db migrate" as an administrator first.');
}

/** The administrator's password, from which the modules' are derived. */
export function secretOf(url: string): string {
  const { password } = new URL(url);
  if (password === '')
    throw new Error('DATABASE_URL needs the administrator\u2019s password; the modules\u2019 are derived from it.');
  return decodeURIComponent(password);
}
