import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../../../platform/base/clock.js';
import { ModuleDatabase } from '../../../platform/database/module-database.js';
import { CONTENT_STORE, type ContentStore } from './content-store.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** An upload writes all the time, or its connection is cut: what was not written to for so long belongs to nobody. */
const ABANDONED_AFTER = HOUR;
/** From the claim on a content to the commit that names it are seconds. */
const UNNAMED_AFTER = DAY;
const CHECKED_EVERY = 30 * DAY;
/** Damage is looked at again soon: someone may have brought the content back from a backup. */
const DAMAGE_CHECKED_EVERY = DAY;
/** Longer than any check takes; a process that died at it left it to others. */
const CHECK_TAKEN_FOR = 6 * HOUR;

/**
 * The books of the content store: which contents there may be and when each was last found whole. A content is claimed
 * here before it takes its place in the store, so that whatever a crash leaves there is known, and what the database
 * never heard of (after a restore of an older one, say) is never thrown away.
 *
 * Ages of files are the machine's: moving the application's clock must not make an upload under way look abandoned.
 */
@Injectable()
export class StoredContents {
  constructor(
    private readonly database: ModuleDatabase,
    private readonly clock: Clock,
    @Inject(CONTENT_STORE) private readonly store: ContentStore,
  ) {}

  /** From now on, for a day, it will not be swept though nothing names it. */
  async claim(sha256: string, size: number): Promise<void> {
    await this.database.query({
      name: 'claim_content',
      text: `INSERT INTO stored_content (checksum_sha256, size, claimed_at, next_check_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (checksum_sha256) DO UPDATE SET claimed_at = EXCLUDED.claimed_at`,
      values: [sha256, size, this.machineTime(), this.inTime(CHECKED_EVERY)],
    });
  }

  /**
   * Throws away uploads that nobody carries on and contents that no version names.
   * @param whateverItsAge when no upload can be under way anywhere
   */
  async sweep(whateverItsAge: boolean): Promise<void> {
    const [uploads, unnamed] = whateverItsAge ? [-HOUR, -HOUR] : [ABANDONED_AFTER, UNNAMED_AFTER];
    await this.store.clear(new Date(this.machineTime().getTime() - uploads));
    const before = new Date(this.machineTime().getTime() - unnamed);
    await this.database.transaction(async (client) => {
      // Whoever claims the same content meanwhile waits at its row, and puts it there after it was removed.
      const { rows } = await client.query<{ sha256: string }>({
        name: 'sweep_contents',
        text: `DELETE FROM stored_content c WHERE claimed_at < $1
                 AND NOT EXISTS (SELECT FROM evidence_version v WHERE v.checksum_sha256 = c.checksum_sha256)
               RETURNING checksum_sha256 AS sha256`,
        values: [before],
      });
      for (const { sha256 } of rows) await this.store.remove(sha256);
    });
  }

  /** Takes the content that has waited longest for its check, so that no other process does the same. */
  async nextToCheck(): Promise<string | undefined> {
    const [row] = await this.database.query<{ sha256: string }>({
      name: 'next_content_to_check',
      text: `UPDATE stored_content SET next_check_at = $2 WHERE checksum_sha256 = (
               SELECT checksum_sha256 FROM stored_content c WHERE next_check_at <= $1
                 AND EXISTS (SELECT FROM evidence_version v WHERE v.checksum_sha256 = c.checksum_sha256)
               ORDER BY next_check_at LIMIT 1 FOR UPDATE SKIP LOCKED)
             RETURNING checksum_sha256 AS sha256`,
      values: [this.clock.now(), this.inTime(CHECK_TAKEN_FOR)],
    });
    return row?.sha256;
  }

  /** Notes a check that found what was known already. @returns false when it found something else: nothing is noted */
  async confirm(sha256: string, intact: boolean): Promise<boolean> {
    const rows = await this.database.query({
      name: 'confirm_content',
      text: `UPDATE stored_content SET last_verified_at = $3, next_check_at = $4
             WHERE checksum_sha256 = $1 AND (damaged_at IS NULL) = $2 RETURNING 1`,
      values: [sha256, intact, this.clock.now(), this.nextCheck(intact)],
    });
    return rows.length > 0;
  }

  nextCheck(intact: boolean): Date {
    return this.inTime(intact ? CHECKED_EVERY : DAMAGE_CHECKED_EVERY);
  }

  async damaged(): Promise<number> {
    const [row] = await this.database.query<{ count: number }>({
      name: 'damaged_contents',
      text: 'SELECT count(*)::integer AS count FROM stored_content WHERE damaged_at IS NOT NULL',
      values: [],
    });
    return row?.count ?? 0;
  }

  private inTime(milliseconds: number): Date {
    return new Date(this.clock.now().getTime() + milliseconds);
  }

  private machineTime(): Date {
    return new Date(this.clock.now().getTime() - this.clock.offset);
  }
}
