import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { CONTENT_STORE, type ContentStore, type StoredContent } from './content-store.js';
import { RecordVerification } from './record-verification.js';
import { StoredContents } from './stored-contents.js';

/** A check takes no more of a disk than this, so that officers do not feel it: 1.3 TB a day. */
const BYTES_PER_SECOND = 16 * 1_048_576;

/** Reads contents again to see that they are what was stored. */
@Injectable()
export class VerifyContents {
  constructor(
    @Inject(CONTENT_STORE) private readonly store: ContentStore,
    private readonly contents: StoredContents,
    private readonly recordVerification: RecordVerification,
  ) {}

  /** Opens a content that was found to be what was stored. Null, and recorded, when it is not, or is gone. */
  async openIntact(sha256: string): Promise<StoredContent | null> {
    const content = await this.store.open(sha256);
    try {
      const intact = content !== null && (await this.isIntact(content, sha256));
      await this.recordVerification.run(sha256, intact);
      if (intact) return content;
      await content?.close();
      return null;
    } catch (error) {
      await content?.close();
      throw error;
    }
  }

  /**
   * Checks every content whose time has come, slowly.
   * @param stop ends it between two contents
   * @param bytesPerSecond Infinity for as fast as it can
   * @returns how many were checked
   */
  async checkDue(stop?: AbortSignal, bytesPerSecond = BYTES_PER_SECOND): Promise<number> {
    for (let checked = 0; ; checked += 1) {
      const sha256 = stop?.aborted ? undefined : await this.contents.nextToCheck();
      if (sha256 === undefined) return checked;
      const content = await this.store.open(sha256);
      try {
        const slowly = (bytes: number): Promise<void> => pause((bytes / bytesPerSecond) * 1000, undefined, { signal: stop }); // prettier-ignore
        const intact = content !== null && (await this.isIntact(content, sha256, slowly));
        await this.recordVerification.run(sha256, intact);
      } finally {
        await content?.close();
      }
    }
  }

  private async isIntact(
    content: StoredContent,
    sha256: string,
    pace?: (bytes: number) => Promise<void>,
  ): Promise<boolean> {
    try {
      return (await content.digest(pace)) === sha256;
    } catch (error) {
      // A disk that cannot read its own sector has lost the content like one that reads it wrongly.
      if ((error as NodeJS.ErrnoException).code === 'EIO') return false;
      throw error;
    }
  }
}
