import { randomBytes } from 'node:crypto';
import { chmod, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { unlessCode } from '../../base/error-code.js';

export const ADMINISTRATOR = 'remit_admin';

/**
 * The administrator's passwords from `<dataDir>/credentials.json`, which only its owner may read: one, or two when a
 * rotation was begun and it is not known which of them the server has, the newer one last.
 * @returns none when there is none yet.
 * @throws Error in one line when the file is not what it should be.
 */
export async function readPasswords(dataDir: string): Promise<string[]> {
  const { administrator } = await readFileOf(dataDir);
  if (administrator === undefined) return [];
  const { password, next } = administrator as { password?: unknown; next?: unknown };
  if (typeof password !== 'string') throw new Error(`${fileOf(dataDir)} has no administrator's password.`);
  await chmod(fileOf(dataDir), 0o600);
  return typeof next === 'string' ? [password, next] : [password];
}

export const newPassword = (): string => randomBytes(32).toString('base64url');

/**
 * Stores the administrator's password, beside whatever else the file holds, before anything depends on it.
 * @param next what it is about to become
 */
export async function storePassword(dataDir: string, password: string, next?: string): Promise<void> {
  const content = { ...(await readFileOf(dataDir)), administrator: { user: ADMINISTRATOR, password, next } };
  const unfinished = `${fileOf(dataDir)}.unfinished`;
  await rm(unfinished, { force: true });
  const file = await open(unfinished, 'wx', 0o600);
  try {
    await file.writeFile(`${JSON.stringify(content, null, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(unfinished, fileOf(dataDir));
  await syncFolder(dataDir);
}

/** Makes what was created or renamed in a folder outlast a power failure. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

const fileOf = (dataDir: string): string => join(dataDir, 'credentials.json');

async function readFileOf(dataDir: string): Promise<Record<string, unknown>> {
  const text = await unlessCode(readFile(fileOf(dataDir), 'utf8'), 'ENOENT');
  try {
    const content: unknown = JSON.parse(text ?? '{}');
    if (typeof content === 'object' && content !== null && !Array.isArray(content))
      return content as Record<string, unknown>;
  } catch {
    // The parser's message would repeat a part of the content.
  }
  throw new Error(`${fileOf(dataDir)} is not a JSON object: restore it from a backup.`);
}
