import { Command } from 'commander';
import { prepareDatabase, provisionDatabase } from '../../platform/administration/prepare-database.js';
import { declarations } from '../../platform/start.js';
import { print, withAdministrator } from './administer.js';
import { backupCommand, restoreCommand } from './backup.js';
import { retireCommand } from './retire.js';
import { rotateCredentialsCommand } from './rotate-credentials.js';
import { statusCommand } from './status.js';

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
  return command
    .addCommand(backupCommand())
    .addCommand(restoreCommand())
    .addCommand(rotateCredentialsCommand())
    .addCommand(retireCommand())
    .addCommand(statusCommand());
}
