import { createHash } from 'node:crypto';
import { access, chmod, mkdir, readFile, realpath, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { unlessCode } from '../../base/error-code.js';
import type { ServerAccount } from './server-account.js';

/** Where clusters go whose own data folder PostgreSQL's account cannot get to. */
const ELSEWHERE = '/var/lib/remit';

/**
 * The folder in which the cluster lives: the data folder, or, when a folder above it is closed to the account that
 * PostgreSQL runs as, one under /var/lib/remit, noted in `<dataDir>/postgres-location` so that it stays there. No
 * folder above the data folder is ever opened for it; that is the operator's to decide.
 *
 * @param dataDir an existing folder, its real path.
 * @throws Error in one line that names the closed folder, when the cluster is already behind it or there is no other
 *         place.
 */
export async function placeOf(
  dataDir: string,
  account: ServerAccount | undefined,
  log: (line: string) => void,
): Promise<string> {
  const note = join(dataDir, 'postgres-location');
  const noted = (await unlessCode(readFile(note, 'utf8'), 'ENOENT'))?.trim();
  const home = noted ?? dataDir;
  if (!(await exists(home)))
    throw new Error(
      `The database is in ${home}, as ${note} says, but that is missing: restore it, or remove the note to start anew.`,
    );
  const closed = account && (await closedFolder(home, account));
  if (!closed) return home;
  if (closed === home) {
    // The data folder itself is ours, and what is in it has modes of its own.
    await chmod(home, (await stat(home)).mode | 0o001);
    log(`Opened ${home} for passing through (chmod o+x): PostgreSQL runs as "${account.name}".`);
    return home;
  }
  const remedy = `PostgreSQL runs as "${account.name}", who cannot pass through ${closed}: run "chmod o+x ${closed}", or name another folder in REMIT_DATA_DIR.`;
  if (noted || (await exists(join(dataDir, 'postgres')))) throw new Error(remedy);
  const elsewhere = join(ELSEWHERE, createHash('sha256').update(dataDir).digest('hex').slice(0, 16));
  try {
    await makeFolder(elsewhere, account);
  } catch (error) {
    throw new Error(remedy, { cause: error });
  }
  if (await closedFolder(elsewhere, account)) throw new Error(remedy);
  await writeFile(note, `${elsewhere}\n`);
  log(
    `The database is kept in ${elsewhere}: "${account.name}", whom PostgreSQL runs as, cannot pass through ${closed}.`,
  );
  return elsewhere;
}

/** Makes the folder and those above it that are missing, passable for the account whatever our umask says. */
export async function makeFolder(path: string, account: ServerAccount | undefined): Promise<string> {
  const folder = resolve(path);
  const first = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (first !== undefined && account)
    for (let made = folder; made.length >= first.length; made = dirname(made)) await chmod(made, 0o711);
  return realpath(folder);
}

/** The topmost folder on the way to this one, or this one itself, that the account may not pass through. */
async function closedFolder(path: string, account: ServerAccount): Promise<string | undefined> {
  const above = dirname(path);
  const closedAbove = above === path ? undefined : await closedFolder(above, account);
  if (closedAbove !== undefined) return closedAbove;
  const { uid, gid, mode } = await stat(path);
  const passable = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
  return mode & passable ? undefined : path;
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
