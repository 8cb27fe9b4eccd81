import { Command, InvalidArgumentError } from 'commander';
import { asAdministrator } from '../../platform/administration/prepare-database.js';
import { retire } from '../../platform/administration/retire.js';
import { declarations } from '../../platform/start.js';
import { print, withAdministrator } from './administer.js';

const moment = (text: string): Date => {
  const time = new Date(`${/^\d{4}-\d\d$/.test(text) ? `${text}-01` : text}T00:00:00Z`);
  if (!/^\d{4}-\d\d(-\d\d)?$/.test(text) || Number.isNaN(time.getTime()))
    throw new InvalidArgumentError('Name a month like 2026-05 or a day like 2026-05-01.');
  return time;
};

/** `remit db retire`: old partitions, dropped whole. */
export const retireCommand = (): Command =>
  new Command('retire')
    .description(
      'write old months of the log that every consumer is past to REMIT_ARCHIVE_DIR, then drop them, and those of the inboxes; exit code 1 when one stays',
    )
    .requiredOption('--before <month|day>', 'months that end by then, such as 2026-05', moment)
    .action(({ before }: { before: Date }) =>
      withAdministrator((url, { archiveDir }) =>
        asAdministrator(url, async (admin) => {
          const found = await retire(admin, declarations(), before, archiveDir);
          for (const { schema, name, obstacle } of found)
            print(`${schema}.${name}: ${obstacle ? `stays, because ${obstacle}` : 'retired'}`);
          if (found.length === 0) print('There is no month that ended by then.');
          if (found.some(({ obstacle }) => obstacle)) process.exitCode = 1;
        }),
      ),
    );
