import { describe, expect, it } from '@jest/globals';
import { checkDatabase, prepareDatabase } from '../../src/platform/administration/prepare-database.js';
import { explainStart } from '../../src/platform/explain-start.js';
import { declarations } from '../../src/platform/start.js';
import { asServerAdministrator, cloneDatabase, serverUrl } from '../support/database.js';

const SECRET = 'hunter2';

const said = (attempt: Promise<unknown>): Promise<string> => attempt.then(() => 'nothing', explainStart);

describe('a database that cannot be used', () => {
  it.each([
    ['is not there', (url: URL) => (url.port = '1'), /nothing answers there.*\(ECONNREFUSED\)$/],
    ['is of no host', (url: URL) => (url.hostname = 'nowhere.invalid'), /(no such host|cannot be looked up)/],
    ['refuses the password', (url: URL) => (url.password = SECRET), /the user or the password.*\(28P01\)$/],
    ['is not on its server', (url: URL) => (url.pathname = '/nowhere'), /no such database.*\(3D000\)$/],
  ])('because it %s is told of in one line that names the variable and what to do', async (_, change, why) => {
    const url = new URL(serverUrl());
    change(url);
    const line = await said(prepareDatabase(url.toString(), declarations()));
    expect(line).toMatch(/^DATABASE_URL \([\w.:]+\/\w+\): /);
    expect(line).toMatch(why);
    expect(line).not.toContain(url.password);
    expect(line).not.toContain('\n');
  });

  it('because its user may not make roles is told of too', async () => {
    const database = await cloneDatabase();
    const party = database.connections.get('party') ?? '';
    expect(await said(prepareDatabase(party, declarations()))).toMatch(/^DATABASE_URL .*lacks a right.*\(42501\)$/);
    await database.drop();
  });

  it('is told of by the variable of the module whose it is', async () => {
    const url = `postgresql://remit_party:${SECRET}@127.0.0.1:1/remit`;
    const given = Object.fromEntries(declarations().map(({ module }) => [module, url]));
    expect(await said(checkDatabase(given, declarations()))).toMatch(
      /^REMIT_DB_[A-Z_]+_URL \(127\.0\.0\.1:1\/remit\): /,
    );
  });

  it('is refused with module connections alone when the schema of the log is behind, or ahead, or not readable', async () => {
    const database = await cloneDatabase();
    const given = Object.fromEntries(database.connections);
    const attempt = (): Promise<string> => said(checkDatabase(given, declarations()));
    const change = (sql: string): Promise<unknown> => asServerAdministrator((admin) => admin.query(sql), database.url);
    expect(await attempt()).toBe('nothing');
    await change(`UPDATE bus.schema_migration SET name = 'Later' || name WHERE name LIKE 'Retired%'`);
    expect(await attempt()).toMatch(/^The schema bus was migrated by a newer version/);
    await change(`DELETE FROM bus.schema_migration WHERE name LIKE 'Later%'`);
    expect(await attempt()).toMatch(/^The schema bus is behind: run "remit db migrate"/);
    await change('REVOKE SELECT ON bus.schema_migration FROM remit_bus');
    expect(await attempt()).toMatch(/^The grants are behind: run "remit db migrate"/);
    await database.drop();
  });

  it('is refused for a module that does not exist, with the name that was probably meant', async () => {
    const attempt = checkDatabase({ parties: `postgresql://a:${SECRET}@db/remit` }, declarations());
    expect(await said(attempt)).toBe(
      'REMIT_DB_PARTIES_URL is of no module: did you mean REMIT_DB_PARTY_URL? Correct or remove it.',
    );
  });
});
