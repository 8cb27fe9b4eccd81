import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { rolesOf } from '../../src/platform/administration/roles.js';
import type { Declaration } from '../../src/platform/ownership/declaration.js';
import { declarations } from '../../src/platform/start.js';
import { asServerAdministrator, cloneDatabase, type TestDatabase } from '../support/database.js';
import { allTablesOf, connectAs, isRefused, rightsOf, whatWorks } from '../support/trespass.js';

describe('the database', () => {
  const declared = declarations();
  const modules = declared.filter(({ module }) => module !== 'platform');
  let database: TestDatabase;
  beforeAll(async () => {
    database = await cloneDatabase();
  });
  afterAll(() => database.drop());

  const administer = <Row extends pg.QueryResultRow>(sql: string): Promise<Row[]> =>
    asServerAdministrator(async (admin) => (await admin.query<Row>(sql)).rows, database.url);
  const refusals = async (module: string, statements: readonly string[]): Promise<boolean[]> => {
    const client = await connectAs(database, module);
    const refused: boolean[] = [];
    for (const statement of statements) refused.push(await isRefused(client, statement));
    await client.end();
    return refused;
  };
  const foreign = ({ module }: Declaration): string[] =>
    modules.filter((owner) => owner.module !== module).flatMap(allTablesOf);

  it('refuses every module every right on every table of every other', async () => {
    const { works, tried } = await whatWorks(database, declared, foreign);
    expect(works).toEqual([]);
    expect(tried).toBeGreaterThan(5 * 4 * modules.length * (modules.length - 1));
  });

  it('shows a right that was given by hand', async () => {
    const [owner, other] = modules as [Declaration, Declaration];
    const [table = ''] = allTablesOf(owner);
    const rights = `ALL ON SCHEMA ${owner.database.schema}`;
    const { role } = other.database;
    await administer(`GRANT ${rights} TO ${role}; GRANT SELECT ON ${table} TO ${role}`);
    const { works } = await whatWorks(database, declared, foreign);
    await administer(`REVOKE SELECT ON ${table} FROM ${role}; REVOKE ${rights} FROM ${role}`);
    expect(works).toEqual([`${other.module}: SELECT ${table}`]);
  });

  it('gives every module what it needs on its own tables and no more, append-only ones included', async () => {
    const { works } = await whatWorks(database, modules, allTablesOf);
    expect(works.sort()).toEqual(modules.flatMap(rightsOf).sort());
  });

  it('lets a module add to the log in its own name, and neither read, change nor number it', async () => {
    for (const { module } of modules) {
      const other = modules.find((each) => each.module !== module)?.module ?? '';
      const wrong = [
        addToLog({ producer: other }),
        addToLog({ producer: 'platform' }),
        addToLog({ producer: module, position: '1' }),
        addToLog({ producer: module, txid: '3' }),
        'SELECT 1 FROM bus.outbox_event',
        'UPDATE bus.outbox_event SET topic = topic',
        'DELETE FROM bus.outbox_event',
        'TRUNCATE bus.outbox_event',
        'SELECT 1 FROM bus.outbox_event_rest',
        'SELECT reason FROM bus.control',
        'SELECT changed_by FROM bus.control',
        'INSERT INTO bus.control DEFAULT VALUES',
        'UPDATE bus.control SET paused = false',
        'SELECT 1 FROM bus.application_clock',
      ];
      expect([module, await refusals(module, wrong)]).toEqual([module, wrong.map(() => true)]);
      const right = [`BEGIN; ${addToLog({ producer: module })}; ROLLBACK`, 'SELECT name, paused FROM bus.control'];
      expect([module, await refusals(module, right)]).toEqual([module, [false, false]]);
    }
  });

  it('lets the reader read the log and write nothing into it, nor pause delivery', async () => {
    const reads = ['SELECT 1 FROM bus.outbox_event', 'SELECT * FROM bus.control'];
    const others = [
      'UPDATE bus.outbox_event SET topic = topic',
      'DELETE FROM bus.outbox_event',
      'TRUNCATE bus.control',
    ];
    expect(await refusals('platform', [...reads, ...others])).toEqual([false, false, true, true, true]);
  });

  it('lets only those pause delivery who were declared to command it', async () => {
    const commanders = declared.flatMap(({ aggregates }) =>
      Object.values(aggregates).flatMap(({ commanded_by }) => commanded_by ?? []),
    );
    for (const { module } of declared) {
      const [refused] = await refusals(module, [`BEGIN; SELECT bus.set_paused('x', true, 'x', 'x', now()); ROLLBACK`]);
      expect([module, refused]).toEqual([module, !commanders.includes(module)]);
    }
  });

  it('lets no module make anything, anywhere', async () => {
    for (const {
      module,
      database: { schema },
    } of declared) {
      const made = [schema, 'public', 'bus'].map((each) => `CREATE TABLE ${each}.made_here ()`);
      const statements = [...made, 'CREATE TEMPORARY TABLE made_here ()', 'CREATE SCHEMA made_here'];
      expect([module, await refusals(module, statements)]).toEqual([module, statements.map(() => true)]);
    }
  });

  it('lets no module become anybody else', async () => {
    for (const { module, ...declaration } of declared) {
      const { owner, migrator } = rolesOf({ module, ...declaration });
      const administrator = new URL(database.url).username;
      const others = [owner, migrator, 'remit_bus', administrator].filter((role) => role !== declaration.database.role);
      const refused = await refusals(module, others.map((role) => `SET ROLE ${role}`)); // prettier-ignore
      expect([module, refused]).toEqual([module, others.map(() => true)]);
    }
  });

  it('finds the tables of a module without their schema, and no others', async () => {
    for (const {
      module,
      database: { schema, role },
    } of declared) {
      const client = await connectAs(database, module);
      const { rows } = await client.query('SELECT current_user AS role, current_setting($1) AS path', ['search_path']);
      await client.end();
      expect(rows).toEqual([{ role, path: schema }]);
    }
  });

  it('lets nobody log in as an owner, and the administrator’s secret opens no module’s door', async () => {
    for (const declaration of declared) {
      const url = new URL(database.url);
      for (const role of Object.values(rolesOf(declaration)) as string[]) {
        url.username = role;
        const client = new pg.Client({ connectionString: url.toString() });
        await expect(client.connect()).rejects.toMatchObject({ code: expect.stringMatching(/^28/) });
      }
    }
    const owners = declared.map((each) => `'${rolesOf(each).owner}'`).join(', ');
    expect(await administer(`SELECT 1 FROM pg_roles WHERE rolname IN (${owners}) AND rolcanlogin`)).toEqual([]);
  });

  it('has nothing for PUBLIC: no schema, no function, no table, and not the database itself', async () => {
    const found = (): Promise<object[]> => administer(publicRights(declared.map(({ database: { schema } }) => schema)));
    expect(await found()).toEqual([]);
    await administer('GRANT SELECT ON bus.control TO PUBLIC; GRANT USAGE ON SCHEMA bus TO PUBLIC');
    const shown = await found();
    await administer('REVOKE SELECT ON bus.control FROM PUBLIC; REVOKE USAGE ON SCHEMA bus FROM PUBLIC');
    expect(shown).toEqual([
      { kind: 'schema', name: 'bus', right: 'USAGE' },
      { kind: 'table', name: 'control', right: 'SELECT' },
    ]);
  });
});

/** An insert of an event that is right but for what is given. */
function addToLog(given: Record<string, string>): string {
  const columns: Record<string, string> = {
    ...{ id: 'evt_x', aggregate_type: 'x', aggregate_id: 'x', aggregate_version: '1', event_type: 'X' },
    ...{ event_version: '1', topic: 'x', event_key: 'x', payload_json: '{}', classification: 'INTERNAL' },
    ...{ correlation_id: 'x', causation_id: 'x', occurred_at: '2025-01-01Z', ...given },
  };
  const values = Object.values(columns).map((value) => `'${value}'`);
  return `INSERT INTO bus.outbox_event (${Object.keys(columns).join(', ')}) VALUES (${values.join(', ')})`;
}

/** What everybody may do, the rights included that PostgreSQL gives to everybody where nothing is said. */
function publicRights(schemas: readonly string[]): string {
  const names = [...schemas, 'public'].map((schema) => `'${schema}'`).join(', ');
  const rights = (kind: string, name: string, from: string, acl: string): string =>
    `SELECT '${kind}' AS kind, ${name}::text AS name, privilege_type AS right FROM ${from}, aclexplode(${acl}) WHERE grantee = 0`;
  return `
    ${rights('database', 'datname', 'pg_database', `coalesce(datacl, acldefault('d', datdba))`)}
      AND datname = current_database()
    UNION ALL
    ${rights('schema', 'nspname', 'pg_namespace', `coalesce(nspacl, acldefault('n', nspowner))`)} AND nspname IN (${names})
    UNION ALL
    ${rights('function', 'proname', 'pg_proc', `coalesce(proacl, acldefault('f', proowner))`)}
      AND pronamespace::regnamespace::text IN (${names})
    UNION ALL
    ${rights('table', 'relname', 'pg_class', 'relacl')} AND relnamespace::regnamespace::text IN (${names})
    ORDER BY kind, name`;
}
