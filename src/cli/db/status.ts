import { Command } from 'commander';
import { describeStorage } from '../../platform/administration/describe-storage.js';
import { status, type SchemaStatus } from '../../platform/administration/migrate.js';
import { asAdministrator, givenStatus } from '../../platform/administration/prepare-database.js';
import { declarations } from '../../platform/start.js';
import { print, withAdministrator } from './administer.js';

/** `remit db status`: how the database stands. */
export const statusCommand = (): Command =>
  new Command('status')
    .description(
      'say what each schema has run, its cluster, partitions and archives; exit code 1 when one is not as it should be',
    )
    .option('--check-archives', 'read every archive of retired events, and compare it with its checksum')
    .action(({ checkArchives = false }: { checkArchives?: boolean }) =>
      withAdministrator(
        (url, { archiveDir }) =>
          asAdministrator(url, async (admin) => {
            const statuses = await status(admin, declarations());
            statuses.map(describeSchema).forEach(print);
            const isReady = statuses.every(({ pending, unknown }) => pending.length + unknown.length === 0);
            const archives = { folder: archiveDir, check: checkArchives };
            const storage = isReady ? await describeStorage(admin, declarations(), archives) : undefined;
            storage?.lines.forEach(print);
            if (!storage?.sound) process.exitCode = 1;
          }),
        async ({ moduleUrls }) => {
          if (checkArchives) throw new Error('--check-archives notes what it finds: it needs DATABASE_URL, an administrator\u2019s.'); // prettier-ignore
          const statuses = await givenStatus(moduleUrls, declarations());
          statuses.map(describeSchema).forEach(print);
          if (!statuses.every(({ pending, unknown }) => pending.length + unknown.length === 0)) process.exitCode = 1;
        },
      ),
    );

function describeSchema({ schema, executed, pending, unknown }: SchemaStatus): string {
  const state =
    unknown.length > 0
      ? `NEWER than this version (${unknown.join(', ')})`
      : pending.length > 0
        ? `${pending.length} to run (${pending.join(', ')})`
        : 'up to date';
  return `${schema.padEnd(16)} ${String(executed.length).padStart(3)} run  ${state}`;
}
