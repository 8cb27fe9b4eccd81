import { Command } from 'commander';
import { rotateCredentials, rotateEmbeddedCredentials } from '../../platform/administration/rotate-credentials.js';
import { declarations } from '../../platform/start.js';
import { print, withAdministrator } from './administer.js';

/** `remit db rotate-credentials`: other passwords, while the application goes on. */
export const rotateCredentialsCommand = (): Command =>
  new Command('rotate-credentials')
    .description('give every module\u2019s login, and the embedded administrator, another password; nothing stops')
    .action(() =>
      withAdministrator(async (url, { databaseUrl, dataDir }) => {
        if (databaseUrl) await rotateCredentials(url, declarations());
        else await rotateEmbeddedCredentials(url, declarations(), dataDir);
        print('Every login has another password. Processes with DATABASE_URL or the embedded server need nothing.');
        print('A REMIT_DB_<MODULE>_URL that names one of these logins holds the old password: change it now.');
      }),
    );
