import { Command } from 'commander';
import { status, type SchemaStatus } from '../../platform/database/migrate.js';
import { asAdministrator, prepareDatabase, provisionDatabase } from '../../platform/database/prepare-database.js';
import { declarations } from '../../platform/start.js';
import { print, withAdministrator } from './administer.js';
import { backupCommand, restoreCommand } from './backup.js';

function describe({ schema, executed, pending, unknown }: SchemaStatus): string {
  const state =
    unknown.length > 0
      ? `NEWER than this version (${unknown.join(', ')})`
      : pending.length > 0
        ? `${pending.length} to run (${pending.join(', ')})`
        : 'up to date';
  return `${schema.padEnd(16)} ${String(executed.length).padStart(3)} run  ${state}`;
}

/** `remit db …`: what an administrator does to a database before or between starts. */
export function databaseCommand(): Command {
  const command = new Command('db').description('Prepare the database, or see how it stands');
  command
    .command('provision')
    .description('create or mend roles and schemas from the declarations; repeatable')
    .action(() =>
      withAdministrator(async (url) => {
        await provisionDatabase(url, declarations());
        print('Roles and schemas are as declared.');
      }),
    );
  command
    .command('migrate')
    .description('provision, run what is pending as each module\u2019s migration role, and set the grants')
    .action(() =>
      withAdministrator(async (url) => {
        await prepareDatabase(url, declarations());
        print('Every schema is up to date, and the grants are as declared.');
      }),
    );
  command
    .command('status')
    .description('say what each schema has run; exit code 1 when one is behind or ahead')
    .action(() =>
      withAdministrator(async (url) => {
        const statuses = await asAdministrator(url, (admin) => status(admin, declarations()));
        for (const each of statuses) print(describe(each));
        if (statuses.some(({ pending, unknown }) => pending.length + unknown.length > 0)) process.exitCode = 1;
      }),
    );
  return command.addCommand(backupCommand()).addCommand(restoreCommand());
}
