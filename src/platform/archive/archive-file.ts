import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { hasCode } from '../base/error-code.js';
import type { Envelope } from '../messaging/envelope.js';
import { FORMAT, type ArchiveFile } from './retired-partition.js';

/** What was retired cannot be read; the message is one line that names the file and what to do. */
export class ArchiveError extends Error {}

const RESTORE = 'Put the file from a backup of the archive folder in its place';

/** The checksum of a file as it lies there. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/**
 * Reads a whole file and compares it with its checksum.
 * @throws ArchiveError when it is missing, cannot be read, is damaged, or has a format that this code does not know
 */
export async function checkArchive(folder: string, { file, sha256, format }: ArchiveFile): Promise<void> {
  const path = join(folder, file);
  if (format !== FORMAT)
    throw new ArchiveError(
      `${path} has format ${format}: read it with the version of Remit that wrote it, or a newer.`,
    );
  const found = await sha256Of(path).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT'))
      throw new ArchiveError(`${path} is missing. ${RESTORE}, or set REMIT_ARCHIVE_DIR to where it is.`);
    throw new ArchiveError(`${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)}).`);
  });
  if (found !== sha256) throw new ArchiveError(`${path} is damaged: it is not what was written. ${RESTORE}.`);
}

/** The events of a file, one after the other, in the order in which they were written. */
export async function* readArchive(folder: string, { file }: ArchiveFile): AsyncGenerator<Envelope> {
  const bytes = createReadStream(join(folder, file));
  const text = createGunzip();
  const copied = pipeline(bytes, text);
  // Heard at the end; a reader that stops early makes it fail, which is then of no interest.
  copied.catch(() => undefined);
  try {
    for await (const line of createInterface({ input: text, crlfDelay: Infinity })) yield JSON.parse(line) as Envelope;
    await copied;
  } finally {
    bytes.destroy();
    text.destroy();
  }
}
