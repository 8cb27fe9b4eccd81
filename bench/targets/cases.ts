import { declarations } from '../../src/platform/start.js';
import type { BareOptions } from '../floors/bare-application.js';
import { ID_SEQUENCE } from '../floors/case-pgbench.js';
import type { Cleanup } from '../run/cleanup.js';
import { startApplication, type Application } from '../server/application.js';
import type { BenchDatabase, BenchServer } from '../server/bench-server.js';
import { addCaseTypes } from '../server/case-catalogue.js';
import { Child } from '../server/child.js';
import { registerParties } from '../server/parties.js';

/** The application on a database of its own, with parties that cases can be about. */
export interface CaseApplication extends Application {
  database: BenchDatabase;
  partyIds: readonly string[];
  officer: string;
}

/** The application's tables in a database that only floors write to, so that nobody delivers what they write. */
export async function floorDatabase(server: BenchServer, name: string): Promise<BenchDatabase> {
  const database = await server.database(name, declarations());
  await addCaseTypes(database.admin);
  await database.admin.query(
    `${ID_SEQUENCE}; GRANT USAGE ON SCHEMA public TO remit_case_registry;
     GRANT USAGE ON SEQUENCE public.bench_id TO remit_case_registry`,
  );
  return database;
}

export async function caseApplication(
  server: BenchServer,
  name: string,
  cleanup: Cleanup,
  environment: Readonly<Record<string, string>> = {},
): Promise<CaseApplication> {
  const database = await server.database(name, declarations());
  await addCaseTypes(database.admin);
  return onDatabase(database, cleanup, environment);
}

export async function onDatabase(
  database: BenchDatabase,
  cleanup: Cleanup,
  environment: Readonly<Record<string, string>> = {},
): Promise<CaseApplication> {
  const given = { DATABASE_URL: database.url, REMIT_DEV: '1', ...environment };
  const application = await startApplication(given, cleanup);
  const partyIds = await registerParties(application, 20);
  return { ...application, database, partyIds, officer: await application.token('intake_ines') };
}

/** Answers where the bare handlers listen. */
export function bareApplication(options: BareOptions, cleanup: Cleanup): Promise<string> {
  return Child.start('floors/bare-application', cleanup).call('listen', options);
}

export const connectionOf = ({ connections }: BenchDatabase, module: string): string => {
  const url = connections.get(module);
  if (!url) throw new Error(`There is no connection for ${module}.`);
  return url;
};
