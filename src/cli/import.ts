import { readFile } from 'node:fs/promises';
import { Command, Option } from 'commander';
import { ApiClient } from './api-client.js';
import { ImportClient, type RowReport } from './import-client.js';
import { say, showProgress } from './progress.js';
import { reachApplication } from './reach-application.js';

interface Options {
  mapping?: string;
  dryRun?: true;
  as: string;
  token?: string;
  url?: string;
}

/** Told from a failure: the file was imported, and its report says which rows want mending. */
const SOME_REFUSED = 2;

/** The file as the API takes it: its mapping, where there is one, stands before it between two lines `---`. */
const sentFile = async (path: string, mappingPath: string | undefined): Promise<Buffer> => {
  const csv = await readFile(path);
  if (mappingPath === undefined) return csv;
  const mapping = (await readFile(mappingPath, 'utf8')).replace(/^\uFEFF?---[ \t]*\r?\n/, '');
  return Buffer.concat([Buffer.from(`---\n${mapping}\n---\n`), csv]);
};

const describeRefused = ({ rowNumber, line, reasons = [] }: RowReport): string => {
  const why = reasons.map(({ name, code, reason }) => `${name}: ${reason} (${code})`);
  return `  row ${rowNumber}, line ${line}: ${why.join(' ')}`;
};

const dryRun = async (client: ImportClient, file: Buffer): Promise<void> => {
  const { mapping, total, created, existing, refused, rows } = await client.dryRun(file);
  say(`Nothing was changed. By the mapping ${mapping}, of ${total} rows:`);
  say(`${created} would be created, ${existing} exist already, ${refused} would be refused.`);
  for (const row of rows.filter(({ outcome }) => outcome === 'REFUSED')) say(describeRefused(row));
  if (refused > 0) process.exitCode = SOME_REFUSED;
};

const importFile = async (client: ImportClient, file: Buffer): Promise<void> => {
  const { importId } = await client.start(file);
  say(`Import ${importId} has begun.`);
  const progress = showProgress('{bar} {value}/{total} rows, {said}');
  const report = await client
    .watch(importId, (now) => {
      const { total, created, existing, refused } = now;
      const counts = `${created} created, ${existing} existing, ${refused} refused`;
      progress.update(created + existing + refused, total, counts);
    })
    .finally(() => {
      progress.stop();
    });
  const { status, mapping, total, created, existing, refused } = report;
  say(
    `Import ${importId} has ${status === 'FAILED' ? 'failed' : 'ended'}. By the mapping ${mapping}, of ${total} rows:`,
  );
  say(`${created} created, ${existing} existing, ${refused} refused.`);
  for await (const row of client.refusedRows(importId)) say(describeRefused(row));
  if (refused > 0) process.exitCode = SOME_REFUSED;
  if (status === 'FAILED') process.exitCode = 1;
};

const importCases = async (path: string, options: Options): Promise<void> => {
  const file = await sentFile(path, options.mapping);
  const remit = await reachApplication(options.url);
  try {
    const client = new ImportClient(await ApiClient.as(remit.url, options.token, options.as));
    await (options.dryRun ? dryRun(client, file) : importFile(client, file));
  } finally {
    await remit.stop();
  }
};

/** `remit import …`: brings in what was kept elsewhere. */
export const importCommand = (): Command => {
  const command = new Command('import').description('Bring in what was kept elsewhere');
  command
    .command('cases')
    .argument('<file>', 'a CSV file whose first row names its columns')
    .description('register a case for each row of a file; a repeat registers only what is new')
    .option('--mapping <file>', 'a mapping (YAML) for the columns; found by the header row unless given')
    .option('--dry-run', 'say what would happen, and change nothing')
    .addOption(new Option('--as <actorId>', 'a demo officer, in whose name to import').default('intake_ines'))
    .addOption(new Option('--token <token>', 'a bearer token, in whose name to import').env('REMIT_TOKEN'))
    .option('--url <url>', 'where Remit runs; without, the one on this machine, or one started for the command')
    .addHelpText('after', '\nExit code 0: every row is there. 2: some rows were refused. 1: it failed.')
    .action(importCases);
  return command;
};
