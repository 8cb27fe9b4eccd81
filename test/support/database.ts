import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { prepareDatabase } from '../../src/platform/administration/prepare-database.js';
import type { Connections } from '../../src/platform/database/module-variables.js';
import type { Declaration } from '../../src/platform/ownership/declaration.js';
import { declarations } from '../../src/platform/start.js';

/** A database of the test's own, cloned from a migrated template. */
export interface TestDatabase {
  /** The administrator's. */
  url: string;
  /** By module name: each its own role. */
  connections: Connections;
  drop(): Promise<void>;
}

export const serverUrl = (): string => {
  const url = process.env.REMIT_TEST_DATABASE_URL;
  if (!url) throw new Error('The test server is not running: run the tests through npm test.');
  return url;
};

/** Runs statements as the server's administrator. */
export async function asServerAdministrator<T>(work: (admin: pg.Client) => Promise<T>, url = serverUrl()): Promise<T> {
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
}

/** @param template a database whose modules are exactly those declared, so that nothing is left to prepare */
export async function cloneDatabase(
  declared: readonly Declaration[] = declarations(),
  template = 'remit_template',
): Promise<TestDatabase> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  await asServerAdministrator((admin) => admin.query(`CREATE DATABASE ${name} TEMPLATE ${template}`));
  const url = new URL(serverUrl());
  url.pathname = `/${name}`;
  const connections = await prepareDatabase(url.toString(), declared);
  return {
    url: url.toString(),
    connections,
    drop: async () => {
      await asServerAdministrator((admin) => admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
    },
  };
}
