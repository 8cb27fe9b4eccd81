import { createHash, randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { ContentTooLarge, type ContentStore, type ReceivedContent, type StoredContent } from './content-store.js';

/** What the library that tells formats looks at. */
const HEAD_BYTES = 4_100;
const READ_BYTES = 1_048_576;

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

/**
 * Contents in a folder: `incoming/` for what arrives, `sha256/ab/cd/<digest>` for what is kept, both in one file
 * system, so that a file takes its place whole or not at all.
 */
export class FolderContentStore implements ContentStore {
  private readonly incoming: string;

  constructor(private readonly folder: string) {
    this.incoming = join(folder, 'incoming');
  }

  async receive(bytes: AsyncIterable<Buffer>, limitBytes: number): Promise<ReceivedContent> {
    await mkdir(this.incoming, { recursive: true, mode: 0o700 });
    const path = join(this.incoming, randomUUID());
    const file = await open(path, 'wx', 0o600);
    try {
      const written = await write(bytes, file, limitBytes);
      // Before the name, or a loss of power could leave the name without the bytes.
      await file.chmod(0o400);
      await file.sync();
      await file.close();
      return {
        ...written,
        keep: () => this.keep(path, written.sha256),
        discard: () => rm(path, { force: true }),
      };
    } catch (error) {
      await file.close().catch(() => undefined);
      await rm(path, { force: true });
      throw error;
    }
  }

  async open(sha256: string): Promise<StoredContent | null> {
    try {
      const file = await open(this.placeOf(sha256), constants.O_RDONLY);
      return opened(file, (await file.stat()).size);
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  remove(sha256: string): Promise<void> {
    return rm(this.placeOf(sha256), { force: true });
  }

  async clear(lastWrittenBefore: Date): Promise<void> {
    for (const name of await readdir(this.incoming).catch(noneIfMissing)) {
      const path = join(this.incoming, name);
      const { mtime } = await stat(path).catch(() => ({ mtime: lastWrittenBefore }));
      if (mtime < lastWrittenBefore) await rm(path, { force: true });
    }
  }

  /** Takes the place of what is there already: they are the same, unless what is there was damaged. */
  private async keep(path: string, sha256: string): Promise<void> {
    const place = this.placeOf(sha256);
    const made = await mkdir(dirname(place), { recursive: true, mode: 0o700 });
    await rename(path, place);
    // A name is safe once its folder is, and a new folder once the one that holds it is.
    const last = made === undefined ? dirname(place) : dirname(made);
    for (let folder = dirname(place); ; folder = dirname(folder)) {
      await syncFolder(folder);
      if (folder === last) return;
    }
  }

  private placeOf(sha256: string): string {
    return join(this.folder, 'sha256', sha256.slice(0, 2), sha256.slice(2, 4), sha256);
  }
}

function noneIfMissing(error: unknown): string[] {
  if (isMissing(error)) return [];
  throw error;
}

async function write(
  bytes: AsyncIterable<Buffer>,
  file: FileHandle,
  limitBytes: number,
): Promise<Pick<ReceivedContent, 'sha256' | 'size' | 'head'>> {
  const hash = createHash('sha256');
  let [size, head] = [0, Buffer.alloc(0)];
  for await (const piece of bytes) {
    size += piece.length;
    if (size > limitBytes) throw new ContentTooLarge();
    if (head.length < HEAD_BYTES) head = Buffer.concat([head, piece.subarray(0, HEAD_BYTES - head.length)]);
    hash.update(piece);
    for (let done = 0; done < piece.length;) done += (await file.write(piece, done)).bytesWritten;
  }
  return { sha256: hash.digest('hex'), size, head };
}

function opened(file: FileHandle, size: number): StoredContent {
  return {
    size,
    digest: async (pace) => {
      const hash = createHash('sha256');
      const buffer = Buffer.allocUnsafe(READ_BYTES);
      for (let at = 0; ;) {
        const { bytesRead } = await file.read(buffer, 0, READ_BYTES, at);
        if (bytesRead === 0) return hash.digest('hex');
        hash.update(buffer.subarray(0, bytesRead));
        at += bytesRead;
        await pace?.(bytesRead);
      }
    },
    read: (first, last): Readable => file.createReadStream({ start: first, end: last, highWaterMark: 262_144 }),
    close: () => file.close(),
  };
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, constants.O_RDONLY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
