import type { Statement } from '../database/statement.js';

/** The format that is written: a line of JSON an event, in the order of position, as consumers receive it; gzip. */
export const FORMAT = 1;

/** A part of the log that was dropped, as `bus.retired_partition` notes it in the transaction that drops it. */
export interface RetiredPartition {
  partition: string;
  /** Positions of its first and its last event. */
  first: string;
  last: string;
  /** Nothing is known of these where an earlier release dropped it without an archive. */
  archive: ArchiveFile | null;
}

/** Where its events are. */
export interface ArchiveFile {
  format: number;
  /** In the archive folder. */
  file: string;
  /** Of the file as it lies there. */
  sha256: string;
  bytes: number;
  events: number;
}

/** When an archive was last compared with its checksum, and how that went. */
export interface LastCheck {
  checkedAt: Date;
  intact: boolean;
}

/** Every retired part of the log, in the order of their first positions. */
export const RETIRED: Statement = {
  text: `SELECT partition, first_position AS first, last_position AS last, checked_at AS "checkedAt", intact,
           CASE WHEN file IS NOT NULL THEN jsonb_build_object('format', format, 'file', file, 'sha256', sha256,
             'bytes', bytes, 'events', events) END AS archive
         FROM bus.retired_partition ORDER BY first_position`,
  values: [],
};

/** Notes how a check of an archive went. */
export const noteCheck = (file: string, intact: boolean): Statement => ({
  text: 'UPDATE bus.retired_partition SET checked_at = now(), intact = $2 WHERE file = $1',
  values: [file, intact],
});
