import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import type { PermissionRow } from '../platform/http/permission-rows.js';
import { packageFolder } from '../platform/base/version.js';

const DOCUMENT = 'docs/permissions.md';

async function rowsInCode(): Promise<PermissionRow[]> {
  const [{ unstarted }, { permissionRows }] = await Promise.all([
    import('./unstarted.js'),
    import('../platform/http/permission-rows.js'),
  ]);
  return permissionRows(unstarted());
}

async function documentNow(): Promise<string> {
  const { permissionsDocument } = await import('./permissions-document.js');
  return permissionsDocument(await rowsInCode());
}

async function generate(): Promise<void> {
  writeFileSync(join(packageFolder(), DOCUMENT), await documentNow());
  process.stdout.write(`Wrote ${DOCUMENT}.\n`);
}

async function check(): Promise<void> {
  const file = join(packageFolder(), DOCUMENT);
  if (existsSync(file) && readFileSync(file, 'utf8') === (await documentNow())) return;
  process.stdout.write(`${DOCUMENT} is not what the routes say now. Mend: run \`remit permissions generate\`.\n`);
  process.exitCode = 1;
}

/** The permission table, as the code has it. */
export const permissionsCommand = (): Command => {
  const command = new Command('permissions').description('who may do what, as the routes say');
  command.command('generate').description(`write ${DOCUMENT}`).action(generate);
  command.command('check').description(`check that ${DOCUMENT} is what the routes say`).action(check);
  return command;
};
