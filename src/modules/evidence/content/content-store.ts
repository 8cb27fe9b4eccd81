import type { Readable } from 'node:stream';

/** Where contents lie, each under its SHA-256. What is kept never changes; the same content is kept once. */
export interface ContentStore {
  /**
   * Takes bytes in as they come, in memory that does not grow with them. Until they are kept nobody finds them.
   * @throws ContentTooLarge; whatever reading or writing throws. Nothing is left of them then
   */
  receive(bytes: AsyncIterable<Buffer>, limitBytes: number): Promise<ReceivedContent>;

  /** Null when it is not there. */
  open(sha256: string): Promise<StoredContent | null>;

  /** Nothing happens when it is not there. */
  remove(sha256: string): Promise<void>;

  /** Throws away what was received but never kept nor discarded, by a process that is gone. */
  clear(lastWrittenBefore: Date): Promise<void>;
}

export interface ReceivedContent {
  /** Lower-case hexadecimal. */
  sha256: string;
  /** Bytes. */
  size: number;
  /** The first bytes, enough to tell a format by. */
  head: Buffer;
  /** Once this resolves, the content is found by its SHA-256, also after the machine lost power. */
  keep(): Promise<void>;
  discard(): Promise<void>;
}

/** One content, opened: what is verified and what is read are the same bytes, whatever is done to its name. */
export interface StoredContent {
  /** Bytes. */
  size: number;
  /** SHA-256 over all of it as it lies there now. @param pace awaited after each piece, with its length in bytes */
  digest(pace?: (bytes: number) => Promise<void> | undefined): Promise<string>;
  /** From the first to the last byte named, both included; closes when it ends. */
  read(first: number, last: number): Readable;
  close(): Promise<void>;
}

export class ContentTooLarge extends Error {}

export const CONTENT_STORE = Symbol('content store');
