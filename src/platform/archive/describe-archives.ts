import type pg from 'pg';
import { ArchiveError, checkArchive } from './archive-file.js';
import { noteCheck, RETIRED, type ArchiveFile, type LastCheck, type RetiredPartition } from './retired-partition.js';

const MEBIBYTE = 1_048_576;
const size = (bytes: number): string =>
  bytes < MEBIBYTE ? `${Math.ceil(bytes / 1024)} KiB` : `${Math.ceil(bytes / MEBIBYTE)} MiB`;

const lineOf = (partition: string, { file, events, bytes }: ArchiveFile, { checkedAt, intact }: LastCheck): string =>
  `${partition}: ${events} events, ${size(bytes)} in ${file}, ${intact ? 'whole' : 'NOT WHOLE'} when last read (${checkedAt.toISOString()}).`;

/**
 * What was retired and where it is, a line each.
 * @param check read every archive now; undefined where what was last seen is enough
 * @returns the lines, and whether each archive was whole when it was last read
 */
export async function describeArchives(
  admin: pg.ClientBase,
  folder: string,
  check: boolean,
): Promise<{ lines: string[]; whole: boolean }> {
  const { rows: found } = await admin.query<RetiredPartition & LastCheck>(RETIRED);
  const lines = found.length > 0 ? [`Retired events are in ${folder}:`] : [];
  let whole = true;
  for (const { partition, last, archive, ...stored } of found) {
    if (!archive) {
      lines.push(`  ${partition}: events up to position ${last} were retired WITHOUT AN ARCHIVE.`);
      continue;
    }
    const fault = check ? await faultOf(folder, archive) : undefined;
    if (check) await admin.query(noteCheck(archive.file, fault === undefined));
    const lastCheck = check ? { checkedAt: new Date(), intact: fault === undefined } : stored;
    whole &&= lastCheck.intact;
    lines.push(`  ${lineOf(partition, archive, lastCheck)}${fault === undefined ? '' : ` ${fault}`}`);
  }
  return { lines, whole };
}

async function faultOf(folder: string, archive: ArchiveFile): Promise<string | undefined> {
  try {
    await checkArchive(folder, archive);
    return undefined;
  } catch (error) {
    if (error instanceof ArchiveError) return error.message;
    throw error;
  }
}
