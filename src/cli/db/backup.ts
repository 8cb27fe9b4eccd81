import { Command } from 'commander';
import { backUp } from '../../platform/administration/backup/back-up.js';
import type { Manifest } from '../../platform/administration/backup/manifest.js';
import { checkBackup, restore } from '../../platform/administration/backup/restore.js';
import { declarations } from '../../platform/start.js';
import { attestations, print, withAdministrator } from './administer.js';

const stamp = (): string => new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, '');

const rowsIn = ({ tables }: Manifest): string =>
  `${tables.reduce((sum, { rows }) => sum + rows, 0)} rows of ${tables.length} tables`;

/** `remit db backup`: one snapshot of everything, while the application goes on. */
export const backupCommand = (): Command =>
  new Command('backup')
    .description('write everything, as one moment sees it, to a new folder; the application may go on')
    .option('--to <folder>', 'a new folder (default: remit-backup-<time> in the current one)')
    .action(({ to = `remit-backup-${stamp()}Z` }: { to?: string }) =>
      withAdministrator(async (url) => {
        const { folder, manifest } = await backUp({
          url,
          declarations: declarations(),
          attestations: attestations(),
          to,
        });
        for (const [module, { intact, found }] of Object.entries(manifest.attestations))
          print(`${module}: ${intact ? 'intact' : 'NOT INTACT'}, ${found}`);
        print(`${folder} holds ${rowsIn(manifest)}.`);
      }),
    );

/** `remit db restore`: into an empty place, verified before anything may start on it. */
export const restoreCommand = (): Command =>
  new Command('restore')
    .description('restore a backup into an empty data folder or database, and verify it')
    .requiredOption('--from <folder>', 'what "remit db backup" wrote')
    .action(async ({ from }: { from: string }) => {
      // Before a data folder would be made for it.
      await checkBackup(from, declarations());
      await withAdministrator(async (url) => {
        const options = { url, declarations: declarations(), attestations: attestations(), from };
        const manifest = await restore(options);
        for (const [module, { found }] of Object.entries(manifest.attestations)) print(`${module}: ${found}`);
        print(`Restored and verified ${rowsIn(manifest)}, as of ${manifest.takenAt}.`);
      });
    });
